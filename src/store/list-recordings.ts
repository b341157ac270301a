import { join } from 'node:path';
import type { Recording } from '../core/documents/recording.ts';
import { exists } from './exists.ts';
import { type Listing, listFolders } from './list-folders.ts';
import { RECORDING_FILE, RecordingFolder } from './recording-folder.ts';

export type RecordingListing = Listing<Recording>;

/** Maps every recording in `outDir`; see `listFolders`. A recording in progress is not listed. */
export function listRecordings<T>(
  outDir: string,
  of: (listing: RecordingListing) => T,
  extent?: 'newest' | 'all',
): Promise<T[]> {
  const isOne = (dir: string): Promise<boolean> => exists(join(dir, RECORDING_FILE));
  const read = (dir: string): Promise<Recording> => RecordingFolder.open(dir).readRecord();
  return listFolders(outDir, { file: RECORDING_FILE, isOne, read }, of, extent);
}
