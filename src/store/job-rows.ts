import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../engine/measurement/job-table.ts';
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

/** Whether the file holds all rows of a block. */
export function hasRows({ file, block, rows }: RowsPlace): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= (block + 1) * rows * ROW_BYTES;
}

/** Reads the rows of a block back; null if the file does not hold all of them. */
export function readRows(place: RowsPlace): JobTable | null {
  const raw = readBlock(place, place.rows * ROW_BYTES);
  return raw === null ? null : new JobTable(place.rows, raw.buffer);
}

/** Intended starts of an open loop, beside the rows: for each block one float64 for each row, ns on their clock. */
export function dueFileOf(rowsFile: string): string {
  return `${rowsFile.replace(/\.bin$/, '')}.due.bin`;
}

/** For the description of the rows. The response time of a job is its row's end minus this. */
export function describeDue(rowsFile: string) {
  return {
    file: basename(dueFileOf(rowsFile)),
    layout: 'blocks as those of the rows: one value for each row, little-endian',
    type: 'float64',
    unit: JOB_COLUMNS[0].unit,
  };
}

/** Writes the intended start of each row of a block; see `writeBlock`. */
export function writeDue({ file, block }: BlockPlace, dueNs: Float64Array<ArrayBuffer>): void {
  writeBlock({ file: dueFileOf(file), block }, [new Uint8Array(dueNs.buffer)]);
}

/** Intended start of each row of a block, ns; null for a run that was not an open loop. */
export function readDue({ file, block, rows }: RowsPlace): Float64Array | null {
  const raw = readBlock({ file: dueFileOf(file), block }, rows * 8);
  return raw === null ? null : new Float64Array(raw.buffer);
}
