import { join } from 'node:path';
import type { SweepRecord } from '../core/documents/sweep-record.ts';
import { exists } from './exists.ts';
import { type Listing, listFolders } from './list-folders.ts';
import { isLive } from './liveness.ts';
import { SWEEP_FILE, SweepFolder } from './sweep-folder.ts';

export type SweepListing = Listing<SweepRecord>;

/** Whether a process is at work on the sweep right now. */
export function isSweepLive({ status, pid, sessions }: SweepRecord): boolean {
  return status === 'running' && isLive({ status, pid, createdAt: sessions.at(-1)!.startedAt });
}

/** Maps every sweep in `outDir`; see `listFolders`. */
export function listSweeps<T>(
  outDir: string,
  of: (listing: SweepListing) => T,
  extent?: 'newest' | 'all',
): Promise<T[]> {
  return listFolders(outDir, { file: SWEEP_FILE, isOne, read }, of, extent);
}

function isOne(dir: string): Promise<boolean> {
  return exists(join(dir, SWEEP_FILE));
}

async function read(dir: string): Promise<SweepRecord> {
  const record = await SweepFolder.open(dir).readRecord();
  const isKilled = record.status === 'running' && !isSweepLive(record);
  return isKilled ? { ...record, status: 'stopped' } : record;
}
