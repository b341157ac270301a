import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../engine/measurement/job-table.ts';
import { readTrial, type TrialPlace, writeTrial } from './trial-file.ts';

/**
 * A trial within `jobs/<variant>.bin`: trials one after another, columns as in memory (little-endian; see the .json
 * beside).
 */
export interface RowsPlace extends TrialPlace {
  readonly rows: number;
}

export function writeRows(place: TrialPlace, table: JobTable): void {
  writeTrial(place, [table.raw()]);
}

export function hasRows({ file, trial, rows }: RowsPlace): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) >= (trial + 1) * rows * ROW_BYTES;
}

/** Reads the rows of a trial back; null if the file does not hold all of them. */
export function readRows(place: RowsPlace): JobTable | null {
  const raw = readTrial(place, place.rows * ROW_BYTES);
  return raw === null ? null : new JobTable(place.rows, raw.buffer);
}

/** Intended starts of an open loop, beside the rows: for each trial one float64 for each row, ns on their clock. */
export function dueFileOf(rowsFile: string): string {
  return `${rowsFile.replace(/\.bin$/, '')}.due.bin`;
}

/** For the description of the rows. The response time of a job is its row's end minus this. */
export function describeDue(rowsFile: string) {
  return {
    file: basename(dueFileOf(rowsFile)),
    layout: 'trials as those of the rows: one value for each row, little-endian',
    type: 'float64',
    unit: JOB_COLUMNS[0].unit,
  };
}

/** Writes the intended start of each row of a trial; see `writeTrial`. */
export function writeDue({ file, trial }: TrialPlace, dueNs: Float64Array<ArrayBuffer>): void {
  writeTrial({ file: dueFileOf(file), trial }, [new Uint8Array(dueNs.buffer)]);
}

/** Intended start of each row of a trial, ns; null for a run that was not an open loop. */
export function readDue({ file, trial, rows }: RowsPlace): Float64Array | null {
  const raw = readTrial({ file: dueFileOf(file), trial }, rows * 8);
  return raw === null ? null : new Float64Array(raw.buffer);
}
