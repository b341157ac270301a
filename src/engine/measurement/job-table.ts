import { noOutcomes, OUTCOME_CODE, OUTCOMES, type OutcomeCounts } from '../../core/outcomes.ts';

/** In the order in which they lie in memory and on disk; wide ones first, so that each is aligned. */
export const JOB_COLUMNS = [
  { name: 'start', type: 'float64', bytes: 8, unit: 'ns on the clock of process.hrtime()' },
  { name: 'end', type: 'float64', bytes: 8, unit: 'ns on the clock of process.hrtime()' },
  { name: 'bytes', type: 'float64', bytes: 8, unit: 'bytes of the response body' },
  { name: 'digest', type: 'uint32', bytes: 4, unit: 'CRC-32 of the result' },
  { name: 'status', type: 'uint16', bytes: 2, unit: 'HTTP status; 0 where there is none' },
  { name: 'thread', type: 'uint16', bytes: 2, unit: '0 is the main thread, workers count from 1' },
  { name: 'outcome', type: 'uint8', bytes: 1, unit: 'index into OUTCOMES' },
] as const;

export const ROW_BYTES = JOB_COLUMNS.reduce((sum, column) => sum + column.bytes, 0);

/** One row per job by position, as typed columns. Threads share one buffer; whoever runs a job writes its row. */
export class JobTable {
  readonly rows: number;
  readonly buffer: ArrayBufferLike;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly bytes: Float64Array;
  readonly digest: Uint32Array;
  readonly status: Uint16Array;
  readonly thread: Uint16Array;
  readonly outcome: Uint8Array;
  readonly #offset: number;

  constructor(rows: number, buffer: ArrayBufferLike, byteOffset = 0) {
    if (buffer.byteLength - byteOffset < rows * ROW_BYTES) {
      throw new RangeError(`a job table of ${rows} rows needs ${rows * ROW_BYTES} bytes`);
    }
    this.rows = rows;
    this.buffer = buffer;
    this.#offset = byteOffset;
    let offset = byteOffset;
    const next = (bytes: number) => {
      const at = offset;
      offset += bytes * rows;
      return at;
    };
    this.start = new Float64Array(buffer, next(8), rows);
    this.end = new Float64Array(buffer, next(8), rows);
    this.bytes = new Float64Array(buffer, next(8), rows);
    this.digest = new Uint32Array(buffer, next(4), rows);
    this.status = new Uint16Array(buffer, next(2), rows);
    this.thread = new Uint16Array(buffer, next(2), rows);
    this.outcome = new Uint8Array(buffer, next(1), rows);
  }

  static shared(rows: number): JobTable {
    // Rounded up, because a Float64Array over the buffer must begin and end on 8 bytes.
    return new JobTable(rows, new SharedArrayBuffer(Math.ceil((rows * ROW_BYTES) / 8) * 8));
  }

  /** All rows as they lie in memory: what is saved. Shares the memory. */
  raw(): Uint8Array {
    return new Uint8Array(this.buffer, this.#offset, this.rows * ROW_BYTES);
  }

  clear(): void {
    this.raw().fill(0);
  }

  countOutcomes(): OutcomeCounts {
    const counts = noOutcomes();
    for (let row = 0; row < this.rows; row++) {
      const name = OUTCOMES[this.outcome[row]!];
      if (name !== undefined) counts[name]++;
    }
    return counts;
  }

  totalBytes(): number {
    let total = 0;
    for (let row = 0; row < this.rows; row++) total += this.bytes[row]!;
    return total;
  }

  /** Ends the rows of jobs that started and can no longer end. Returns their positions. */
  settleStarted(outcome: 'worker-crashed' | 'aborted', endNs: number): number[] {
    const settled: number[] = [];
    for (let row = 0; row < this.rows; row++) {
      if (this.start[row] === 0 || this.outcome[row] !== 0) continue;
      this.end[row] = endNs;
      this.outcome[row] = OUTCOME_CODE[outcome];
      settled.push(row);
    }
    return settled;
  }
}
