import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { Environment } from '../../core/documents/run-record.ts';
import type { Throttling } from '../../core/documents/trial-record.ts';
import { NS_PER_MS, US_PER_MS } from '../../core/units.ts';

/** The text of a file; null if it cannot be read. Tests give files of their own. */
export type ReadText = (path: string) => string | null;

export interface CpuAllowance
  extends Pick<Environment, 'cpus' | 'cpuAffinity' | 'cpuQuota' | 'availableCpus'> {
  /** Numbers of the CPUs that it may run on, as in /proc/stat; null where the system does not report it. */
  readonly ids: readonly number[] | null;
}

interface Limit {
  readonly quota: NonNullable<Environment['cpuQuota']>;
  readonly statFile: string;
}

/** Reads the affinity (/proc/self/status) and the CPU limits of this process's control groups, version 1 and 2. */
export function readCpuAllowance(read: ReadText = readText): CpuAllowance {
  const online = onlineCpus(read);
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(read('/proc/self/status') ?? '')?.[1];
  if (online === null || list === undefined) {
    const [all, available] = [cpus().length, availableParallelism()];
    return { cpus: all, cpuAffinity: null, cpuQuota: null, availableCpus: available, ids: null };
  }
  const ids = usableCpus(parseCpuList(list), online);
  const quotas = cpuLimits(read).map(({ quota }) => quota);
  const [quota = null] = quotas.sort((one, other) => one.cpus - other.cpus);
  return {
    cpus: online.length,
    cpuAffinity: { cpus: ids.length, list },
    cpuQuota: quota,
    availableCpus: Math.min(ids.length, quota?.cpus ?? Number.POSITIVE_INFINITY),
    ids,
  };
}

/** Returns a reader that sums up what the limits did since their groups were made; null without limits. */
export function createThrottlingReader(read: ReadText = readText): () => Throttling | null {
  const files = cpuLimits(read).map(({ statFile }) => statFile);
  return () => {
    const readings = files.flatMap((file) => parseThrottling(read(file) ?? '') ?? []);
    if (readings.length === 0) return null;
    return readings.reduce((sum, { periods, ms }) => ({ periods: sum.periods + periods, ms: sum.ms + ms }));
  };
}

/** `0-3,8` → 0, 1, 2, 3, 8. */
export function parseCpuList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, index) => first! + index);
  });
}

/** Version 1 counts in ns, version 2 in µs. Null for a file without these counts. */
function parseThrottling(stat: string): Throttling | null {
  const value = (key: string) => new RegExp(`^${key} (\\d+)$`, 'm').exec(stat)?.[1];
  const periods = value('nr_throttled');
  const [us, ns] = [value('throttled_usec'), value('throttled_time')];
  if (periods === undefined || (us === undefined && ns === undefined)) return null;
  return {
    periods: Number(periods),
    ms: us === undefined ? Number(ns) / NS_PER_MS : Number(us) / US_PER_MS,
  };
}

function onlineCpus(read: ReadText): number[] | null {
  const ids = [...(read('/proc/stat') ?? '').matchAll(/^cpu(\d+) /gm)].map(([, id]) => Number(id));
  return ids.length === 0 ? null : ids;
}

/** Allowed CPUs that are online. In a container with its own numbering (lxcfs) only the count is known. */
function usableCpus(allowed: readonly number[], online: readonly number[]): number[] {
  const both = allowed.filter((id) => online.includes(id));
  const fewest = Math.min(allowed.length, online.length);
  return both.length === fewest ? both : online.slice(0, fewest);
}

/** Of the process's own group first, then of those above it. */
function cpuLimits(read: ReadText): Limit[] {
  const groups = read('/proc/self/cgroup') ?? '';
  const mounts = read('/proc/self/mountinfo') ?? '';
  const ofVersion1 = foldersOf(
    mounts,
    /- cgroup \S+ (?:\S+,)?cpu(?:,\S+)?$/,
    groups,
    /^\d+:(?:\S+,)?cpu(?:,\S+)?:(\/.*)$/m,
  );
  const ofVersion2 = foldersOf(mounts, /- cgroup2 /, groups, /^0::(\/.*)$/m);
  const limit = (folder: string, quotaUs: number, periodUs: number): Limit[] =>
    quotaUs > 0 && periodUs > 0
      ? [
          {
            quota: { cpus: quotaUs / periodUs, periodMs: periodUs / US_PER_MS },
            statFile: `${folder}/cpu.stat`,
          },
        ]
      : [];
  return [
    ...ofVersion1.flatMap((folder) =>
      // −1 is no limit.
      limit(folder, Number(read(`${folder}/cpu.cfs_quota_us`)), Number(read(`${folder}/cpu.cfs_period_us`))),
    ),
    ...ofVersion2.flatMap((folder) => {
      // `max 100000` is no limit.
      const [quotaUs, periodUs] = (read(`${folder}/cpu.max`) ?? '').trim().split(' ').map(Number);
      return limit(folder, quotaUs ?? 0, periodUs ?? 0);
    }),
  ];
}

/** The folder of the process's group, and those above it up to where the hierarchy is mounted. */
function foldersOf(mounts: string, mounted: RegExp, groups: string, member: RegExp): string[] {
  const path = member.exec(groups)?.[1];
  const [, , , root, mountPoint] =
    mounts
      .split('\n')
      .find((line) => mounted.test(line))
      ?.split(' ') ?? [];
  if (path === undefined || root === undefined || mountPoint === undefined) return [];
  // In a container the mount may show only the part of the hierarchy below `root`, or nothing of the path.
  const prefix = root === '/' ? '' : root;
  const below = `${path}/`.startsWith(`${prefix}/`) ? path.slice(prefix.length) : '';
  const names = below.split('/').filter((name) => name !== '' && name !== '..');
  return names
    .map((_, index) => [mountPoint, ...names.slice(0, index + 1)].join('/'))
    .reverse()
    .concat(mountPoint);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
