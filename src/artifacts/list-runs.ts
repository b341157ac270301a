import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { RunRecord } from '../types/run-record.ts';
import { exists } from './exists.ts';
import { listSweeps } from './list-sweeps.ts';
import { isLive } from './liveness.ts';
import { RunFolder } from './run-folder.ts';
import { isSweepId, RUN_ID_PATTERN, timeOfRunId } from './run-id.ts';
import { SWEEP_FILE } from './sweep-folder.ts';

/** A run as lists show it. */
export interface RunListing {
  readonly id: string;
  /** Null: there is a folder, but `problem` says why its run.json cannot be read. */
  readonly record: RunRecord | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

/** More folders than this are not read: a list of them helps nobody, and each costs a file to parse. */
const MOST_RUNS = 2_000;

/** Every run in `outDir`, newest first. Never rejects: a folder that can't be read is an empty one. */
export async function listRuns(outDir: string): Promise<RunListing[]> {
  const runs: RunListing[] = [];
  for (const name of await candidates(outDir)) {
    const listing = await listingOf(join(outDir, name), name);
    if (listing !== null) runs.push(listing);
  }
  return runs.sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1));
}

async function candidates(outDir: string): Promise<string[]> {
  try {
    const entries = await readdir(outDir, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    // Ids sort by time, so the newest stay.
    return names
      .filter((name) => !name.startsWith('.'))
      .sort()
      .reverse()
      .slice(0, MOST_RUNS);
  } catch {
    return [];
  }
}

async function listingOf(dir: string, id: string): Promise<RunListing | null> {
  if (isSweepId(id) || (await exists(join(dir, SWEEP_FILE)))) return null;
  // A folder of another name is a run if it has a run.json: people rename what they want to keep.
  if (!RUN_ID_PATTERN.test(id) && !(await exists(join(dir, 'run.json')))) return null;
  const hasReport = await exists(join(dir, 'report.html'));
  try {
    const record = await RunFolder.open(dir).readRecord();
    return { id, record: asItIsNow(record), problem: null, hasReport };
  } catch (thrown) {
    return { id, record: null, problem: messageOf(thrown), hasReport };
  }
}

/** A run that was killed could not write that down itself. */
function asItIsNow(record: RunRecord): RunRecord {
  return record.status === 'running' && !isLive(record) ? { ...record, status: 'aborted' } : record;
}

function timeOf(run: RunListing): number {
  return run.record === null ? (timeOfRunId(run.id) ?? 0) : Date.parse(run.record.createdAt);
}

/**
 * Ids of the other runs and sweeps in `outDir` that were at work at any time since `sinceMs`, and so may have
 * disturbed the timings of this one. Of one that was killed only the beginning is known.
 */
export async function runsAtWorkSince(sinceMs: number, outDir: string, ownId: string): Promise<string[]> {
  const spans = [
    ...(await listRuns(outDir)).map(({ id, record }) => ({ id, record, begun: record?.createdAt })),
    ...(await listSweeps(outDir)).map(({ id, record }) => {
      return { id, record, begun: record?.sessions.at(-1)?.startedAt };
    }),
  ];
  return spans.flatMap(({ id, record, begun }) => {
    if (id === ownId || record === null || begun === undefined) return [];
    const atWork = record.status === 'running' || Date.parse(record.finishedAt ?? begun) >= sinceMs;
    return atWork ? [id] : [];
  });
}
