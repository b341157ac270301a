import type { JobError } from '../../core/documents/run-record.ts';
import { OUTCOME_CODE, OUTCOMES, type Outcome, STOPPED } from '../../core/outcomes.ts';
import { NS_PER_MS } from '../../core/units.ts';
import { classify } from '../../workload/classify.ts';
import type { JobExecutor, JobResult } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import type { RowJournal } from '../measurement/row-journal.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { type FailedItems, FailureSample } from './failure-sample.ts';
import { Lane, type LaneOwner } from './lane.ts';
import { NOT_YET } from './pace.ts';

export interface LanesOptions {
  readonly executor: JobExecutor;
  readonly state: SharedState;
  readonly clock: Clock;
  readonly thread: number;
  /** Jobs in flight at the most. */
  readonly lanes: number;
  readonly timeoutMs: number;
  readonly workload: FailedItems;
  /** Whether a task that still waits for a lane is let go without having started. */
  readonly isOver: () => boolean;
  /** Null: rows live as long as the process. */
  readonly journal: RowJournal | null;
}

/** A job is found overdue at most this much of its time limit too late, and at most so many ms. */
const WATCH_FRACTION = 0.05;
const WATCH_MIN_MS = 5;
const WATCH_MAX_MS = 200;

/**
 * Runs jobs of one thread in a fixed number of lanes and writes their rows. Every variant uses it, so that
 * they differ only in who hands out positions. Never rejects: each job ends as a row.
 */
export class Lanes implements LaneOwner {
  readonly #options: LanesOptions;
  #executor: JobExecutor;
  readonly #free: Lane[] = [];
  readonly #busy = new Set<Lane>();
  readonly #sample: FailureSample;
  readonly #waiting: { position: number; resolve: () => void }[] = [];
  #next: (() => number) | null = null;
  #drained: (() => void) | null = null;
  #watch: NodeJS.Timeout | null = null;
  #recording = true;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#executor = options.executor;
    this.#sample = new FailureSample(options.state, options.workload);
    for (let i = 0; i < options.lanes; i++) this.#free.push(new Lane(this));
  }

  /**
   * Fills every lane with positions from `next` until it returns −1; resolves when all have settled. After
   * NOT_YET a lane stays free until `refill`.
   */
  drain(next: () => number): Promise<void> {
    return new Promise((resolve) => {
      this.#next = next;
      this.#drained = resolve;
      this.#startWatch();
      this.refill();
    });
  }

  /** Asks for positions again, for as many lanes as are free. */
  refill(): void {
    while (this.#next !== null && this.#free.length > 0) {
      const position = this.#next();
      if (position === NOT_YET) return;
      if (position < 0) break;
      this.#start(this.#free.pop()!, position);
    }
    this.#checkDrained();
  }

  /** Runs one position as soon as a lane is free; resolves when it has settled. */
  runOne(position: number): Promise<void> {
    return new Promise((resolve) => {
      const lane = this.#free.pop();
      if (lane === undefined) {
        this.#waiting.push({ position, resolve });
        return;
      }
      lane.release = resolve;
      this.#startWatch();
      this.#start(lane, position);
    });
  }

  /** Runs `count` jobs of the plan that leave no rows: to open connections before a block. */
  async rehearse(
    count: number,
    drain: (next: () => number) => Promise<void> = (next) => this.drain(next),
  ): Promise<void> {
    this.#recording = false;
    try {
      let position = 0;
      const end = Math.min(count, this.#options.state.jobs);
      await drain(() => (position < end && !this.#options.state.stopped ? position++ : -1));
    } finally {
      this.#recording = true;
    }
  }

  /** Jobs that start from now on are run by this one. */
  use(executor: JobExecutor): void {
    this.#executor = executor;
  }

  /** The first failures since the last call, a few of each kind. Not to be called while a block is timed. */
  takeErrors(): JobError[] {
    return this.#sample.take();
  }

  forgetErrors(): void {
    this.#sample.forget();
  }

  jobDone(lane: Lane, result: JobResult): void {
    if (lane.abandoned) return;
    if (this.#recording) {
      const { table } = this.#options.state;
      const { position } = lane;
      table.end[position] = this.#options.clock();
      table.bytes[position] = result.bytes;
      table.digest[position] = result.digest;
      table.status[position] = result.status;
      table.outcome[position] = result.outcome;
      this.#options.journal?.ended(position);
      if (result.message !== null) {
        const { madePath, rememberSecrets } = lane;
        const outcome = OUTCOMES[result.outcome]!;
        const { status, message } = result;
        this.#sample.add({ position, madePath, rememberSecrets, outcome, status, code: null, message });
      }
    }
    this.#continue(lane);
  }

  jobFailed(lane: Lane, thrown: unknown): void {
    if (lane.abandoned) return;
    const { outcome, code, message } = classify(thrown);
    this.#settle(lane, outcome, code, message);
    this.#continue(lane);
  }

  #start(lane: Lane, position: number): void {
    const { state, clock, thread, journal } = this.#options;
    this.#busy.add(lane);
    let startNs = clock();
    if (this.#recording) {
      state.table.thread[position] = thread;
      state.table.start[position] = startNs;
      // The write is no part of the job's time.
      if (journal?.started(position, startNs)) state.table.start[position] = startNs = clock();
    }
    lane.begin(position, startNs);
    try {
      this.#executor.run(state.plan[position]!, position, lane).then(lane.onDone, lane.onFailed);
    } catch (thrown) {
      // As a task of its own: a plan whose every job throws at once must not recurse.
      queueMicrotask(() => lane.onFailed(thrown));
    }
  }

  #settle(lane: Lane, outcome: Outcome, code: string | null, message: string): void {
    if (!this.#recording) return;
    const { clock, journal, state } = this.#options;
    const { position, madePath, rememberSecrets } = lane;
    state.table.end[position] = clock();
    state.table.outcome[position] = OUTCOME_CODE[outcome];
    journal?.ended(position);
    this.#sample.add({ position, madePath, rememberSecrets, outcome, status: null, code, message });
  }

  /** The lane's job is settled: it takes the next one, or is free. */
  #continue(lane: Lane): void {
    const { release } = lane;
    if (release !== null) {
      lane.release = null;
      this.#becomeFree(lane);
      release();
      return;
    }
    const position = this.#next === null ? -1 : this.#next();
    if (position >= 0) {
      this.#start(lane, position);
      return;
    }
    this.#becomeFree(lane);
    if (position !== NOT_YET) this.#checkDrained();
  }

  #becomeFree(lane: Lane): void {
    this.#options.journal?.writeSoon();
    this.#busy.delete(lane);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#free.push(lane);
      // While a plan runs, lanes that are all free may only be waiting for the next job to be due.
      if (this.#busy.size === 0 && this.#drained === null) this.#stopWatch();
      return;
    }
    if (this.#options.isOver()) {
      waiting.resolve();
      this.#becomeFree(lane);
      return;
    }
    lane.release = waiting.resolve;
    this.#start(lane, waiting.position);
  }

  #checkDrained(): void {
    if (this.#busy.size > 0 || this.#drained === null) return;
    const drained = this.#drained;
    this.#drained = null;
    this.#next = null;
    this.#stopWatch();
    drained();
  }

  /** One timer a thread looks for overdue jobs: a timer for each job would be paid by all of them. */
  #startWatch(): void {
    const { timeoutMs } = this.#options;
    const everyMs = Math.min(WATCH_MAX_MS, Math.max(WATCH_MIN_MS, timeoutMs * WATCH_FRACTION));
    this.#watch ??= setInterval(() => this.#lookForOverdue(), everyMs);
  }

  #stopWatch(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
  }

  #lookForOverdue(): void {
    const { clock, timeoutMs, state } = this.#options;
    const now = clock();
    const stopped = state.stopped;
    for (const lane of [...this.#busy]) {
      if (stopped) this.#abandon(lane, 'aborted', STOPPED);
      else if (now - lane.startNs > timeoutMs * NS_PER_MS) {
        this.#abandon(lane, 'timeout', `not done after ${timeoutMs} ms`);
      }
    }
  }

  /** Settles a lane's job without it, and puts a new lane in its place. */
  #abandon(lane: Lane, outcome: 'aborted' | 'timeout', message: string): void {
    this.#settle(lane, outcome, null, message);
    lane.abandoned = true;
    const fresh = new Lane(this);
    fresh.release = lane.release;
    this.#busy.delete(lane);
    this.#busy.add(fresh);
    const reason = new Error(message);
    reason.name = outcome === 'timeout' ? 'TimeoutError' : 'AbortError';
    lane.cancelJob(reason);
    this.#continue(fresh);
  }
}
