import { LIMITS } from '../../core/limits.ts';
import { JobTable, ROW_BYTES } from './job-table.ts';

/** What the threads of a runner share besides the table: one Int32 each, used with Atomics. */
const CONTROL = { cursor: 0, stop: 1, threads: 2 } as const;
const CONTROL_BYTES = 64;

/**
 * The memory that all threads of a runner share: control words, the plan (item of each position), the order in
 * which positions are taken, the job table, who computes for whom, and the places of a pool. It is one SharedArrayBuffer, so
 * it crosses to a worker in `workerData` as it is.
 */
export class SharedState {
  readonly buffer: SharedArrayBuffer;
  readonly jobs: number;
  /** Item of the workload at each position of the plan. */
  readonly plan: Uint32Array;
  /** Positions in the order in which a trial takes them. */
  readonly order: Uint32Array;
  readonly table: JobTable;
  /** Worker thread that has the CPU part of the job at each position, where one thread runs it for another. */
  readonly computedBy: Uint16Array;
  /** For workers that do not share this memory. */
  onStop: (() => void) | null = null;
  readonly #control: Int32Array;
  /** Number of the thread that has each place of the pool; 0: free. */
  readonly #places: Int32Array;

  constructor(jobs: number, buffer?: SharedArrayBuffer) {
    const listBytes = Math.ceil((jobs * 4) / 8) * 8;
    const tableAt = CONTROL_BYTES + 2 * listBytes;
    const computedAt = tableAt + Math.ceil((jobs * ROW_BYTES) / 8) * 8;
    const placesAt = computedAt + Math.ceil((jobs * 2) / 8) * 8;
    this.buffer = buffer ?? new SharedArrayBuffer(placesAt + LIMITS.workers * 4);
    this.jobs = jobs;
    this.#control = new Int32Array(this.buffer, 0, CONTROL_BYTES / 4);
    this.plan = new Uint32Array(this.buffer, CONTROL_BYTES, jobs);
    this.order = new Uint32Array(this.buffer, CONTROL_BYTES + listBytes, jobs);
    this.table = new JobTable(jobs, this.buffer, tableAt);
    this.computedBy = new Uint16Array(this.buffer, computedAt, jobs);
    this.#places = new Int32Array(this.buffer, placesAt, LIMITS.workers);
    // A thread that joins finds the order made already.
    if (buffer === undefined) for (let turn = 0; turn < jobs; turn++) this.order[turn] = turn;
  }

  /** Before a trial: no rows, cursor at the start, stop flag down. */
  reset(): void {
    this.table.clear();
    this.computedBy.fill(0);
    Atomics.store(this.#control, CONTROL.cursor, 0);
    Atomics.store(this.#control, CONTROL.stop, 0);
  }

  /** The next position that nobody has taken; −1 when the plan is used up or the trial was stopped. */
  takePosition(): number {
    if (Atomics.load(this.#control, CONTROL.stop) !== 0) return -1;
    const turn = Atomics.add(this.#control, CONTROL.cursor, 1);
    return turn < this.jobs ? this.order[turn]! : -1;
  }

  /** The turn that comes next; `jobs` or more when the plan is used up. */
  get nextTurn(): number {
    return Atomics.load(this.#control, CONTROL.cursor);
  }

  /** Takes this very turn, and gives its position; −1 if another thread was quicker. */
  takeTurn(turn: number): number {
    const seen = Atomics.compareExchange(this.#control, CONTROL.cursor, turn, turn + 1);
    return seen === turn ? this.order[turn]! : -1;
  }

  /** True when there is nothing left to take. */
  get exhausted(): boolean {
    return this.stopped || Atomics.load(this.#control, CONTROL.cursor) >= this.jobs;
  }

  /** No job starts after this; those in flight are cancelled by the thread that runs them. */
  stop(): void {
    Atomics.store(this.#control, CONTROL.stop, 1);
    this.onStop?.();
  }

  get stopped(): boolean {
    return Atomics.load(this.#control, CONTROL.stop) !== 0;
  }

  /** The next thread gets the number after this. */
  numberThreadsAfter(last: number): void {
    Atomics.store(this.#control, CONTROL.threads, last);
  }

  /** A number of its own for each worker thread that starts, from 1; a replaced worker gets a new one. */
  takeThreadNumber(): number {
    return Atomics.add(this.#control, CONTROL.threads, 1) + 1;
  }

  /** Takes a free place, 0 to `places` − 1. A replacement thread gets the place of the thread that it replaces. */
  takePlace(thread: number, places: number): number {
    for (let place = 0; place < places; place++) {
      if (Atomics.compareExchange(this.#places, place, 0, thread) === 0) return place;
    }
    // The previous thread's end is not noted yet. The last place has the fewest slots.
    return places - 1;
  }

  leavePlace(thread: number): void {
    const place = this.#places.indexOf(thread);
    if (place >= 0) Atomics.store(this.#places, place, 0);
  }
}
