import { join } from 'node:path';
import type { Environment } from '../../core/documents/run-record.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { formatBytes } from '../../core/format.ts';
import { isSweepLive, listSweeps, type SweepListing } from '../../store/list-folders.ts';
import { SweepFolder } from '../../store/sweep-folder.ts';

interface Unfinished {
  readonly folder: SweepFolder;
  readonly record: SweepRecord;
}

/** The newest unfinished sweep that measures the same; null: none. Rejects ('usage') if a process is at work on it. */
export async function findUnfinished(outDir: string, digest: string): Promise<Unfinished | null> {
  const unfinished = ({ id, record }: SweepListing) =>
    record === null || record.digest !== digest || record.status === 'completed' ? [] : [{ id, record }];
  for (const { id, record } of (await listSweeps(outDir, unfinished)).flat()) {
    if (isSweepLive(record)) {
      throw new ThreadmillError('usage', `this sweep is already running in process ${record.pid}: ${id}`, {
        advice: 'Wait for its end, or stop it and run this command again to continue.',
      });
    }
    return { folder: SweepFolder.open(join(outDir, id)), record };
  }
  return null;
}

const SHAPING = {
  node: 'Node',
  v8: 'V8',
  platform: 'platform',
  arch: 'architecture',
  release: 'system release',
  cpuModel: 'CPU',
  cpus: 'CPUs',
  availableCpus: 'available CPUs',
  memoryBytes: 'memory',
} as const satisfies Partial<Record<keyof Environment, string>>;

/** What differs of the machine and of what runs on it: `Node 20.18.1, now 22.1.0`. Load is not part of it. */
export function environmentChanges(before: Environment, now: Environment): string[] {
  const changes = (Object.keys(SHAPING) as (keyof typeof SHAPING)[]).flatMap((field) => {
    const [was, is] = [before, now].map((environment) =>
      field === 'memoryBytes' ? formatBytes(environment[field]) : environment[field],
    );
    return was === is ? [] : [`${SHAPING[field]} ${was}, now ${is}`];
  });
  const names = [...new Set([...Object.keys(before.packages), ...Object.keys(now.packages)])].sort();
  return [
    ...changes,
    ...names
      .filter((name) => before.packages[name] !== now.packages[name])
      .map((name) => `${name} ${before.packages[name] ?? 'absent'}, now ${now.packages[name] ?? 'absent'}`),
  ];
}
