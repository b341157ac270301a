import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { OUTCOMES } from '../../core/outcomes.ts';
import { JobTable } from './job-table.ts';

/** A row and its position, rounded up to whole float64. */
const RECORD_BYTES = 40;
export const MAX_RECORDS = 1_024;
/** Position in a record that is no row: the journal holds all rows as they were at the end. */
const WHOLE = 0xffff_ffff;
/** Last byte of a record: it shows whether the record was cut off. */
const MARK = 0xa5;
const MARK_AT = RECORD_BYTES - 1;

export class Records {
  readonly bytes = new Uint8Array(MAX_RECORDS * RECORD_BYTES);
  readonly #f64 = new Float64Array(this.bytes.buffer);
  readonly #u32 = new Uint32Array(this.bytes.buffer);
  readonly #u16 = new Uint16Array(this.bytes.buffer);

  constructor() {
    for (let at = MARK_AT; at < this.bytes.length; at += RECORD_BYTES) this.bytes[at] = MARK;
  }

  put(at: number, table: JobTable, position: number): void {
    // First: the thread of the job writes it last.
    this.bytes[at * RECORD_BYTES + 36] = table.outcome[position]!;
    const f64 = at * 5;
    this.#f64[f64] = table.start[position]!;
    this.#f64[f64 + 1] = table.end[position]!;
    this.#f64[f64 + 2] = table.bytes[position]!;
    const u32 = at * 10 + 6;
    this.#u32[u32] = position;
    this.#u32[u32 + 1] = table.digest[position]!;
    const u16 = at * 20 + 16;
    this.#u16[u16] = table.status[position]!;
    this.#u16[u16 + 1] = table.thread[position]!;
  }

  putWhole(at: number): void {
    this.#u32[at * 10 + 6] = WHOLE;
  }

  putNothing(at: number): void {
    this.#u32[at * 10 + 6] = WHOLE - 1;
  }

  isIntact(at: number): boolean {
    return this.bytes[at * RECORD_BYTES + MARK_AT] === MARK;
  }

  /** Puts a record into its row. Returns false if it is the one that says that the journal is whole. */
  take(at: number, table: JobTable): boolean {
    const u32 = at * 10 + 6;
    const position = this.#u32[u32]!;
    if (position === WHOLE) return false;
    const outcome = this.bytes[at * RECORD_BYTES + 36]!;
    // What a thread that is ended writes last may come after what another wrote about it.
    if (position >= table.rows || outcome >= OUTCOMES.length || table.outcome[position] !== 0) return true;
    const f64 = at * 5;
    table.start[position] = this.#f64[f64]!;
    table.end[position] = this.#f64[f64 + 1]!;
    table.bytes[position] = this.#f64[f64 + 2]!;
    table.digest[position] = this.#u32[u32 + 1]!;
    const u16 = at * 20 + 16;
    table.status[position] = this.#u16[u16]!;
    table.thread[position] = this.#u16[u16 + 1]!;
    table.outcome[position] = outcome;
    return true;
  }
}

/** Appends the first of these records, or throws: in one piece, because several threads append to one file. */
export function append(descriptor: number, records: Records, count: number): void {
  const length = count * RECORD_BYTES;
  if (writeSync(descriptor, records.bytes, 0, length) < length) throw new Error('the disk is full');
}

export function openJournal(file: string): number {
  return openSync(file, constants.O_WRONLY | constants.O_APPEND);
}

/** Every row as it is, from a process about to end. Synchronous; throws the system's error. */
export function writeWholeJournal(file: string, table: JobTable): void {
  const descriptor = openJournal(file);
  try {
    const records = new Records();
    let count = 0;
    for (let position = 0; position < table.rows; position++) {
      if (table.start[position] === 0) continue;
      records.put(count++, table, position);
      if (count < MAX_RECORDS) continue;
      append(descriptor, records, count);
      count = 0;
    }
    records.putWhole(count);
    append(descriptor, records, count + 1);
  } finally {
    closeSync(descriptor);
  }
}

interface ReadJournal {
  /** Rows of jobs that had started have a start and no outcome. */
  readonly table: JobTable;
  /** False: the process was killed, and what its threads did last may be missing. */
  readonly whole: boolean;
}

/** The rows of a trial of `rows` jobs, as far as its runner wrote them; null if there is no file. */
export function readJournal(file: string, rows: number): ReadJournal | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const table = JobTable.shared(rows);
    const records = new Records();
    let whole = false;
    let left = 0;
    for (;;) {
      const got = readSync(descriptor, records.bytes, left, records.bytes.length - left, null);
      if (got === 0) return { table, whole };
      const count = Math.floor((left + got) / RECORD_BYTES);
      for (let at = 0; at < count; at++) {
        if (!records.isIntact(at)) return { table, whole };
        whole = !records.take(at, table) || whole;
      }
      left = left + got - count * RECORD_BYTES;
      records.bytes.copyWithin(0, count * RECORD_BYTES, count * RECORD_BYTES + left);
    }
  } finally {
    closeSync(descriptor);
  }
}
