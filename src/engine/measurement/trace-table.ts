/** The columns of the trace table, all float64, in the order in which they lie in memory and on disk. */
export const TRACE_COLUMNS = [
  { name: 'queuedAt', unit: 'ns: given to a pool of threads; 0 where no thread hands jobs to another' },
  { name: 'createdAt', unit: 'ns: first request made' },
  { name: 'connectAt', unit: 'ns: began to open the first connection of its own; 0 if it opened none' },
  { name: 'sentAt', unit: 'ns: first request put on a connection' },
  { name: 'headersAt', unit: 'ns: headers of the last response read' },
  { name: 'bodyEndAt', unit: 'ns: end of the last response read' },
  { name: 'processAt', unit: 'ns: first call of `process` or `digest`' },
  { name: 'processEndAt', unit: 'ns: end of the last such call' },
  { name: 'returnedAt', unit: 'ns: the main thread heard from the worker thread that the job is done' },
  { name: 'clientQueue', unit: 'ns: requests made, and no connection free' },
  { name: 'dns', unit: 'ns' },
  { name: 'tcp', unit: 'ns' },
  { name: 'tls', unit: 'ns' },
  { name: 'send', unit: 'ns: from the first byte handed to the system to the last' },
  { name: 'wait', unit: 'ns: from the last byte sent to the headers' },
  { name: 'download', unit: 'ns: from the headers to the end of the body' },
  { name: 'process', unit: 'ns: in functions of the workload, synchronous parts only' },
  {
    name: 'loopIdle',
    unit: 'ns: between its start and its end the event loop of its thread had nothing to do',
  },
  { name: 'requests', unit: 'responses read to their end' },
  { name: 'handedAt', unit: 'ns: its CPU part given to a pool of threads; 0 where its own thread runs that' },
  {
    name: 'postedAt',
    unit: 'ns: the main thread began to post the job, or its CPU part, to a worker thread',
  },
  { name: 'receivedAt', unit: 'ns: the worker thread had it' },
  { name: 'answeredAt', unit: 'ns: the worker thread began to post the result' },
  { name: 'heardAt', unit: 'ns: the main thread had the result' },
  { name: 'computed', unit: 'ns: of `process`, in a worker thread that ran the CPU part of the job' },
  { name: 'computedBy', unit: 'number of that thread; 0: the thread of the job itself' },
  { name: 'starts', unit: 'times that workers of a queue started it; 0 without a queue' },
] as const;

export type TraceColumn = (typeof TRACE_COLUMNS)[number]['name'];

export type TraceColumns = Readonly<Record<TraceColumn, Float64Array>>;

const BYTES = Float64Array.BYTES_PER_ELEMENT;
export const TRACE_ROW_BYTES = TRACE_COLUMNS.length * BYTES;

/**
 * What happened to each job of a traced trial, by position, beside the job table: moments on the clock of
 * process.hrtime() (0 is never), and durations. Where a job makes several requests durations add up, those of
 * requests side by side as well. A job is in one thread at a time, and that thread writes its row.
 */
export class TraceTable {
  readonly rows: number;
  readonly buffer: ArrayBufferLike;
  readonly columns: TraceColumns;
  readonly #offset: number;

  constructor(rows: number, buffer: ArrayBufferLike, byteOffset = 0) {
    if (buffer.byteLength - byteOffset < rows * TRACE_ROW_BYTES) {
      throw new RangeError(`a trace table of ${rows} rows needs ${rows * TRACE_ROW_BYTES} bytes`);
    }
    this.rows = rows;
    this.buffer = buffer;
    this.#offset = byteOffset;
    this.columns = Object.fromEntries(
      TRACE_COLUMNS.map(({ name }, index) => [
        name,
        new Float64Array(buffer, byteOffset + index * rows * BYTES, rows),
      ]),
    ) as Record<TraceColumn, Float64Array>;
  }

  static shared(rows: number): TraceTable {
    return new TraceTable(rows, new SharedArrayBuffer(rows * TRACE_ROW_BYTES));
  }

  /** All rows as they lie in memory: what is saved. Shares the memory. */
  raw(): Uint8Array {
    return new Uint8Array(this.buffer, this.#offset, this.rows * TRACE_ROW_BYTES);
  }

  clear(): void {
    this.raw().fill(0);
  }

  /** Takes over what another process noted: for each of the positions a value of each column, 0 for none. */
  merge(positions: Uint32Array, values: Float64Array): void {
    const columns = Object.values(this.columns);
    let at = 0;
    for (const position of positions) {
      for (const column of columns) {
        const value = values[at++]!;
        if (value !== 0) column[position] = value;
      }
    }
  }
}

/** For a moment of which the first counts. */
export function setFirst(column: Float64Array, position: number, value: number): void {
  if (column[position] === 0) column[position] = value;
}

export function addTo(column: Float64Array, position: number, value: number): void {
  column[position] = column[position]! + value;
}
