import { JobTable, ROW_BYTES } from '../measurement/job-table.ts';
import { type BlockPlace, readBlock, writeBlock } from './block-file.ts';

/**
 * The rows of one block within `jobs/<variant>.bin`: blocks of the same size one after another, each with its
 * columns as they lie in memory (little-endian; `jobs/<variant>.json` beside it names them).
 */
export interface RowsPlace extends BlockPlace {
  readonly rows: number;
}

/** Writes the rows of a block; see `writeBlock`. */
export function writeRows(place: BlockPlace, table: JobTable): void {
  writeBlock(place, [table.raw()]);
}

/** Reads the rows of a block back; null if the file does not hold all of them. */
export function readRows(place: RowsPlace): JobTable | null {
  const raw = readBlock(place, place.rows * ROW_BYTES);
  return raw === null ? null : new JobTable(place.rows, raw.buffer);
}
