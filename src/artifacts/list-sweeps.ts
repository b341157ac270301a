import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { SweepRecord } from '../types/sweep-record.ts';
import { exists } from './exists.ts';
import { isLive } from './liveness.ts';
import { timeOfRunId } from './run-id.ts';
import { SWEEP_FILE, SweepFolder } from './sweep-folder.ts';

/** A sweep as lists show it. */
export interface SweepListing {
  readonly id: string;
  /** Null: there is a folder, but `problem` says why its sweep.json cannot be read. */
  readonly record: SweepRecord | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

/** Whether a process is at work on the sweep right now. */
export function isSweepLive({ status, pid, sessions }: SweepRecord): boolean {
  return status === 'running' && isLive({ status, pid, createdAt: sessions.at(-1)!.startedAt });
}

/** Every sweep in `outDir`, newest first. Never rejects: a folder that can't be read is an empty one. */
export async function listSweeps(outDir: string): Promise<SweepListing[]> {
  const entries = await readdir(outDir, { withFileTypes: true }).catch(() => []);
  const sweeps: SweepListing[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const listing = await listingOf(join(outDir, entry.name), entry.name);
    if (listing !== null) sweeps.push(listing);
  }
  return sweeps.sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1));
}

async function listingOf(dir: string, id: string): Promise<SweepListing | null> {
  if (!(await exists(join(dir, SWEEP_FILE)))) return null;
  const hasReport = await exists(join(dir, 'report.html'));
  try {
    const record = await SweepFolder.open(dir).readRecord();
    // One that was killed could not write that down itself.
    const killed = record.status === 'running' && !isSweepLive(record);
    return { id, record: killed ? { ...record, status: 'stopped' } : record, problem: null, hasReport };
  } catch (thrown) {
    return { id, record: null, problem: messageOf(thrown), hasReport };
  }
}

function timeOf({ id, record }: SweepListing): number {
  return record === null ? (timeOfRunId(id) ?? 0) : Date.parse(record.createdAt);
}
