import { join } from 'node:path';
import type { RunRecord } from '../core/documents/run-record.ts';
import { exists } from './exists.ts';
import { type Listing, listFolders } from './list-folders.ts';
import { listSweeps, type SweepListing } from './list-sweeps.ts';
import { isLive } from './liveness.ts';
import { RECORDING_FILE } from './recording-folder.ts';
import { RECORD_FILE, RunFolder } from './run-folder.ts';
import { isRecordingId, isSweepId, RUN_ID_PATTERN } from './run-id.ts';
import { SWEEP_FILE } from './sweep-folder.ts';

export type RunListing = Listing<RunRecord>;

/** Maps every run in `outDir`; see `listFolders`. */
export function listRuns<T>(
  outDir: string,
  of: (listing: RunListing) => T,
  extent?: 'newest' | 'all',
): Promise<T[]> {
  return listFolders(outDir, { file: RECORD_FILE, isOne, read }, of, extent);
}

/** A folder of another name is a run if it has a run.json: people rename what they want to keep. */
async function isOne(dir: string, id: string): Promise<boolean> {
  if (isSweepId(id) || isRecordingId(id)) return false;
  for (const other of [SWEEP_FILE, RECORDING_FILE]) if (await exists(join(dir, other))) return false;
  return RUN_ID_PATTERN.test(id) || exists(join(dir, RECORD_FILE));
}

async function read(dir: string): Promise<RunRecord> {
  const record = await RunFolder.open(dir).readRecord();
  return record.status === 'running' && !isLive(record) ? { ...record, status: 'aborted' } : record;
}

/** Other runs and sweeps that were at work since `sinceMs`. Of one that was killed only the beginning is known. */
export async function runsAtWorkSince(sinceMs: number, outDir: string, ownId: string): Promise<string[]> {
  const atWork = ({ id, record }: RunListing | SweepListing): string[] => {
    if (id === ownId || record === null) return [];
    const begun = 'sessions' in record ? record.sessions.at(-1)!.startedAt : record.createdAt;
    const isAtWork = record.status === 'running' || Date.parse(record.finishedAt ?? begun) >= sinceMs;
    return isAtWork ? [id] : [];
  };
  return [...(await listRuns(outDir, atWork)), ...(await listSweeps(outDir, atWork))].flat();
}
