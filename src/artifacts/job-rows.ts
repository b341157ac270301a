import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { JobTable, ROW_BYTES } from '../measurement/job-table.ts';

/**
 * The rows of one block within `jobs/<variant>.bin`: blocks of the same size one after another, each with its
 * columns as they lie in memory (little-endian; `jobs/<variant>.json` beside it names them).
 */
export interface RowsPlace {
  readonly file: string;
  /** Number of the block in the file, 0-based. */
  readonly block: number;
  readonly rows: number;
}

/**
 * Writes the rows of a block; the file is made if it is missing. Throws the system's error (ENOSPC…), with no
 * part of the block left in the file: on a full disk the record of the run needs the room.
 */
export function writeRows(place: Omit<RowsPlace, 'rows'>, table: JobTable): void {
  const raw = table.raw();
  const descriptor = openSync(place.file, 'a+');
  closeSync(descriptor);
  const file = openSync(place.file, 'r+');
  try {
    let done = 0;
    while (done < raw.length) {
      done += writeSync(file, raw, done, raw.length - done, place.block * raw.length + done);
    }
  } catch (thrown) {
    ftruncateSync(file, place.block * raw.length);
    throw thrown;
  } finally {
    closeSync(file);
  }
}

/** Reads the rows of a block back; null if the file does not hold all of them. */
export function readRows(place: RowsPlace): JobTable | null {
  const raw = new Uint8Array(place.rows * ROW_BYTES);
  let file: number;
  try {
    file = openSync(place.file, 'r');
  } catch {
    return null;
  }
  try {
    let done = 0;
    while (done < raw.length) {
      const got = readSync(file, raw, done, raw.length - done, place.block * raw.length + done);
      if (got === 0) return null;
      done += got;
    }
  } finally {
    closeSync(file);
  }
  return new JobTable(place.rows, raw.buffer);
}
