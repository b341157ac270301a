import { readFileSync, readlinkSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { NS_PER_MS } from '../../core/units.ts';

/** CPU time that the kernel has charged to one thread since its start. */
export interface ThreadReading {
  /** When the reading began and ended, by performance.now(). */
  readonly beganMs: number;
  readonly endedMs: number;
  /** On a CPU, ms. */
  readonly cpuMs: number;
  /** How that divides into program and kernel; null if unknown. */
  readonly split: CpuSplit | null;
  /** Ready to run, and waiting for a CPU, ms: time that others took. */
  readonly waitMs: number;
  /** Voluntary context switches. */
  readonly voluntarySwitches: number;
  /** Involuntary context switches. */
  readonly involuntarySwitches: number;
}

export interface CpuSplit {
  readonly user: number;
  readonly system: number;
  /** Of which user and system are counted: µs, or the kernel's ticks of 10 ms. */
  readonly unit: 'us' | 'ticks';
}

interface ThreadUsage {
  readonly cpuMs: number;
  /** In the program and in the kernel, together `cpuMs`; null where that can't be told. */
  readonly userMs: number | null;
  readonly systemMs: number | null;
  readonly waitMs: number;
  /** From the beginning of the first reading to the end of the second. */
  readonly spanMs: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

/** Either count may be off by one: of this many ticks each share is known to about a fifth. */
const MIN_TICKS = 5;

/**
 * Reads the usage of this thread; null: not Linux. `process.threadCpuUsage` is missing before Node 22.15; schedstat
 * has every thread, in ns. See the kernel's Documentation/scheduler/sched-stats.rst.
 */
export function createThreadUsageReader(): () => ThreadReading | null {
  const folder = threadFolder();
  if (folder === null) return () => null;
  const read = (name: string) => readFileSync(`${folder}/${name}`, 'latin1');
  return () => {
    const beganMs = performance.now();
    try {
      // The kernel charges a thread that runs only at its ticks, some milliseconds apart, and schedstat shows
      // what is charged by then. To sum up the process it charges the calling thread up to this moment.
      process.cpuUsage();
      const split = readThreadCpuUsage() ?? parseTicks(read('stat'));
      const usage = parseThreadUsage(read('schedstat'), read('status'), split);
      return usage && { ...usage, beganMs, endedMs: performance.now() };
    } catch {
      return null;
    }
  };
}

/** `schedstat` is 'ns on a CPU, ns waiting, timeslices'; null if the texts are not what they should be. */
export function parseThreadUsage(
  schedstat: string,
  status: string,
  split: CpuSplit | null,
): Omit<ThreadReading, 'beganMs' | 'endedMs'> | null {
  const [onCpu, waiting] = schedstat.trim().split(' ').map(Number);
  const voluntary = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1];
  const involuntary = /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1];
  if (!Number.isFinite(onCpu) || !Number.isFinite(waiting)) return null;
  if (voluntary === undefined || involuntary === undefined) return null;
  return {
    cpuMs: onCpu! / NS_PER_MS,
    split,
    waitMs: waiting! / NS_PER_MS,
    voluntarySwitches: Number(voluntary),
    involuntarySwitches: Number(involuntary),
  };
}

/** utime and stime of /proc/<pid>/task/<tid>/stat, fields 14 and 15; field 2 may hold spaces and parentheses. */
export function parseTicks(stat: string): CpuSplit | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isFinite(user) && Number.isFinite(system) ? { user, system, unit: 'ticks' } : null;
}

/** CPU time is split in the proportion of the counts between the readings, which themselves are coarser. */
export function usageBetween(before: ThreadReading, after: ThreadReading): ThreadUsage {
  const cpuMs = after.cpuMs - before.cpuMs;
  const share = systemShare(before.split, after.split);
  return {
    cpuMs,
    userMs: share === null ? null : cpuMs * (1 - share),
    systemMs: share === null ? null : cpuMs * share,
    waitMs: after.waitMs - before.waitMs,
    spanMs: after.endedMs - before.beganMs,
    voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
  };
}

function systemShare(before: CpuSplit | null, after: CpuSplit | null): number | null {
  if (before === null || after === null || before.unit !== after.unit) return null;
  // The kernel keeps their sum true to the exact time and may take a little of one back.
  const user = Math.max(0, after.user - before.user);
  const system = Math.max(0, after.system - before.system);
  const fewest = after.unit === 'ticks' ? MIN_TICKS : 1;
  return user + system < fewest ? null : system / (user + system);
}

/** Of the calling thread, from Node 22.15 on. */
function readThreadCpuUsage(): CpuSplit | null {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  if (threadCpuUsage === undefined) return null;
  const { user, system } = threadCpuUsage.call(process);
  return { user, system, unit: 'us' };
}

function threadFolder(): string | null {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`;
  } catch {
    return null;
  }
}
