import { join } from 'node:path';
import type { Recording } from '../core/documents/recording.ts';
import { exists } from './exists.ts';
import { type Listing, listFolders } from './list-folders.ts';
import { RECORDING_FILE, RecordingFolder } from './recording-folder.ts';

export type RecordingListing = Listing<Recording>;

/** What `of` makes of every recording in `outDir`: see `listFolders`. One that is still being made is none yet. */
export function listRecordings<T>(
  outDir: string,
  of: (listing: RecordingListing) => T,
  maxBytes?: number,
): Promise<T[]> {
  const isOne = (dir: string): Promise<boolean> => exists(join(dir, RECORDING_FILE));
  const read = (dir: string): Promise<Recording> => RecordingFolder.open(dir).readRecord();
  return listFolders(outDir, { file: RECORDING_FILE, isOne, read }, of, maxBytes);
}
