import { join } from 'node:path';
import { isSweepLive, listSweeps } from '../../artifacts/list-sweeps.ts';
import { SweepFolder } from '../../artifacts/sweep-folder.ts';
import { ThreadmillError } from '../../errors.ts';
import type { Environment } from '../../types/run-record.ts';
import type { SweepRecord } from '../../types/sweep-record.ts';

export interface Unfinished {
  readonly folder: SweepFolder;
  readonly record: SweepRecord;
}

/**
 * The newest sweep in `outDir` that measures the same and has points left; null if there is none. Rejects
 * ('usage') if another process is at work on it.
 */
export async function findUnfinished(outDir: string, digest: string): Promise<Unfinished | null> {
  for (const { id, record } of await listSweeps(outDir)) {
    if (record === null || record.digest !== digest || record.status === 'completed') continue;
    if (isSweepLive(record)) {
      throw new ThreadmillError('usage', `this sweep is going on already, in process ${record.pid}: ${id}`, {
        advice: 'Let it end, or stop it and give this command again: it will go on from there.',
      });
    }
    return { folder: SweepFolder.open(join(outDir, id)), record };
  }
  return null;
}

const SHAPING = [
  'node',
  'v8',
  'platform',
  'arch',
  'release',
  'cpuModel',
  'cpus',
  'availableCpus',
  'memoryBytes',
] as const;

/** What differs of the machine and of what runs on it: `Node 20.18.1, now 22.1.0`. Load is not part of it. */
export function environmentChanges(before: Environment, now: Environment): string[] {
  const changes = SHAPING.filter((field) => before[field] !== now[field]).map(
    (field) => `${field} ${before[field]}, now ${now[field]}`,
  );
  const names = [...new Set([...Object.keys(before.packages), ...Object.keys(now.packages)])].sort();
  return [
    ...changes,
    ...names
      .filter((name) => before.packages[name] !== now.packages[name])
      .map((name) => `${name} ${before.packages[name] ?? 'absent'}, now ${now.packages[name] ?? 'absent'}`),
  ];
}
