import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf } from '../core/errors.ts';
import { JOB_COLUMNS, JobTable, ROW_BYTES } from '../engine/measurement/job-table.ts';
import { checkColumn, checkJobRows } from './check-rows.ts';
import { dueFileOf } from './job-rows.ts';
import { errnoOf } from './output-errors.ts';
import { sidecarUnreadable } from './read-json.ts';

/** Rows that are in memory at once; a trial may have millions. */
const WINDOW_ROWS = 8_192;
const DUE_BYTES = Float64Array.BYTES_PER_ELEMENT;

export interface Window {
  /** Number of its first row within the trial. */
  readonly from: number;
  readonly table: JobTable;
  /** Intended starts, ns; null for a run that was not an open loop, and where the file lacks them. */
  readonly dueNs: Float64Array | null;
}

/** The trials of `jobs/<variant>.bin` and their intended starts, a window at a time. To be closed. */
export class RowWindows {
  readonly #rows: number;
  readonly #table: OpenFile;
  readonly #due: OpenFile | null;

  /** @param openLoop whether there are intended starts. @throws ThreadmillError 'run-unreadable' if a file is missing */
  constructor(file: string, rows: number, openLoop: boolean, called = file) {
    this.#rows = rows;
    this.#table = new OpenFile(file, called);
    this.#due = openLoop ? new OpenFile(dueFileOf(file), dueFileOf(called)) : null;
  }

  close(): void {
    this.#table.close();
    this.#due?.close();
  }

  /** Whether the files hold all rows of a trial, and their intended starts. */
  has(trial: number): boolean {
    return this.hasRows(trial) && (this.#due === null || this.#hasDues(trial));
  }

  /** A runner that was killed left no intended starts of its last trial. */
  hasRows(trial: number): boolean {
    return this.#table.size >= (trial + 1) * this.#rows * ROW_BYTES;
  }

  /** Columns lie apart within a trial. @throws ThreadmillError 'run-unreadable' for rows as no run writes them */
  *of(trial: number): Generator<Window> {
    const rows = this.#rows;
    for (let from = 0; from < rows; from += WINDOW_ROWS) {
      const count = Math.min(WINDOW_ROWS, rows - from);
      const raw = new Uint8Array(count * ROW_BYTES);
      let column = trial * rows * ROW_BYTES;
      let into = 0;
      for (const { bytes } of JOB_COLUMNS) {
        this.#table.fill(raw.subarray(into, into + count * bytes), column + from * bytes);
        column += rows * bytes;
        into += count * bytes;
      }
      const table = new JobTable(count, raw.buffer);
      checkJobRows(table, this.#table.name, from);
      yield {
        from,
        table,
        dueNs: this.#hasDues(trial) ? this.#dues(trial * rows + from, count, from) : null,
      };
    }
  }

  #hasDues(trial: number): boolean {
    return this.#due !== null && this.#due.size >= (trial + 1) * this.#rows * DUE_BYTES;
  }

  #dues(first: number, count: number, from: number): Float64Array | null {
    if (this.#due === null) return null;
    const dues = new Float64Array(count);
    this.#due.fill(new Uint8Array(dues.buffer), first * DUE_BYTES);
    checkColumn(dues, 'due', this.#due.name, from);
    return dues;
  }
}

class OpenFile {
  /** In messages. */
  readonly name: string;
  readonly #handle: number;

  constructor(path: string, name: string) {
    this.name = name;
    try {
      this.#handle = openSync(path, 'r');
    } catch (thrown) {
      throw sidecarUnreadable(
        this.name,
        errnoOf(thrown) === 'ENOENT' ? 'it does not exist' : messageOf(thrown),
      );
    }
  }

  get size(): number {
    return fstatSync(this.#handle).size;
  }

  close(): void {
    closeSync(this.#handle);
  }

  fill(into: Uint8Array, position: number): void {
    let done = 0;
    while (done < into.length) {
      const got = readSync(this.#handle, into, done, into.length - done, position + done);
      if (got === 0) throw sidecarUnreadable(this.name, 'it became shorter while it was read');
      done += got;
    }
  }
}
