import type { JobError } from '../../core/documents/run-record.ts';
import { OUTCOME_CODE, OUTCOMES, type Outcome, STOPPED } from '../../core/outcomes.ts';
import { NS_PER_MS } from '../../core/units.ts';
import { classify } from '../../workload/classify.ts';
import type { JobExecutor, JobResult, SentInput } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import type { RowJournal } from '../measurement/row-journal.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { type FailedItems, FailureSample } from './failure-sample.ts';
import { NOT_YET } from './pace.ts';
import { type SlotOwner, ThreadSlot } from './slot.ts';

interface SlotsOptions {
  readonly executor: JobExecutor;
  readonly state: SharedState;
  readonly clock: Clock;
  readonly thread: number;
  readonly slots: number;
  readonly timeoutMs: number;
  /** Whether `runOne` resolves with what its job returned; else with undefined. */
  readonly returnsResults: boolean;
  readonly workload: FailedItems;
  /** Whether a task that still waits for a slot is let go without having started. */
  readonly isOver: () => boolean;
  /** Null: rows live as long as the process. */
  readonly journal: RowJournal | null;
}

/** A job is found overdue at most this share of its time limit too late, and at most this many ms. */
const WATCH_FRACTION = 0.05;
const WATCH_MIN_MS = 5;
const WATCH_MAX_MS = 200;

/** Runs a thread's jobs in a fixed number of slots and writes their rows; all variants share it. Never rejects. */
export class Slots implements SlotOwner {
  readonly #options: SlotsOptions;
  #executor: JobExecutor;
  readonly #free: ThreadSlot[] = [];
  readonly #busy = new Set<ThreadSlot>();
  readonly #sample: FailureSample;
  readonly #waiting: { position: number; sent: SentInput | null; resolve: (value: unknown) => void }[] = [];
  #next: (() => number) | null = null;
  #drained: (() => void) | null = null;
  #watch: NodeJS.Timeout | null = null;
  #recording = true;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#executor = options.executor;
    this.#sample = new FailureSample(options.state, options.workload);
    for (let i = 0; i < options.slots; i++) this.#free.push(new ThreadSlot(this));
  }

  /** Fills slots from `next` until −1; resolves when all have settled. After NOT_YET a slot stays free until `refill`. */
  drain(next: () => number): Promise<void> {
    return new Promise((resolve) => {
      this.#next = next;
      this.#drained = resolve;
      this.#startWatch();
      this.refill();
    });
  }

  refill(): void {
    while (this.#next !== null && this.#free.length > 0) {
      const position = this.#next();
      if (position === NOT_YET) return;
      if (position < 0) break;
      this.#start(this.#free.pop()!, position);
    }
    this.#checkDrained();
  }

  /** Runs one position when a slot is free; resolves with its result. @param sent its input, if that came with it */
  runOne(position: number, sent: SentInput | null = null): Promise<unknown> {
    return new Promise((resolve) => {
      const slot = this.#free.pop();
      if (slot === undefined) {
        this.#waiting.push({ position, sent, resolve });
        return;
      }
      slot.release = resolve;
      slot.sent = sent;
      this.#startWatch();
      this.#start(slot, position);
    });
  }

  /** Runs `count` jobs of the plan that leave no rows: to open connections before a trial. */
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

  use(executor: JobExecutor): void {
    this.#executor = executor;
  }

  /** The first failures since the last call, a few of each kind. Not to be called while a trial is timed. */
  takeErrors(): JobError[] {
    return this.#sample.take();
  }

  forgetErrors(): void {
    this.#sample.forget();
  }

  jobDone(slot: ThreadSlot, result: JobResult): void {
    if (slot.abandoned) return;
    if (this.#recording) {
      const { table } = this.#options.state;
      const { position } = slot;
      table.end[position] = this.#options.clock();
      table.bytes[position] = result.bytes;
      table.digest[position] = result.digest;
      table.status[position] = result.status;
      table.outcome[position] = result.outcome;
      this.#options.journal?.ended(position);
      if (result.message !== null) {
        const { madePath, rememberSecrets } = slot;
        const outcome = OUTCOMES[result.outcome]!;
        const { status, message } = result;
        this.#sample.add({ position, madePath, rememberSecrets, outcome, status, code: null, message });
      }
    }
    this.#continue(slot, this.#options.returnsResults ? result.value : undefined);
  }

  jobFailed(slot: ThreadSlot, thrown: unknown): void {
    if (slot.abandoned) return;
    const { outcome, code, message } = classify(thrown);
    this.#settle(slot, outcome, code, message);
    this.#continue(slot);
  }

  #start(slot: ThreadSlot, position: number): void {
    const { state, clock, thread, journal } = this.#options;
    this.#busy.add(slot);
    let startNs = clock();
    if (this.#recording) {
      state.table.thread[position] = thread;
      state.table.start[position] = startNs;
      // The write is no part of the job's time.
      if (journal?.started(position, startNs)) state.table.start[position] = startNs = clock();
    }
    slot.isRehearsal = !this.#recording;
    slot.begin(position, startNs);
    try {
      this.#executor.run(state.plan[position]!, position, slot).then(slot.onDone, slot.onFailed);
    } catch (thrown) {
      // As a task of its own: a plan whose every job throws at once must not recurse.
      queueMicrotask(() => slot.onFailed(thrown));
    }
  }

  #settle(slot: ThreadSlot, outcome: Outcome, code: string | null, message: string): void {
    if (!this.#recording) return;
    const { clock, journal, state } = this.#options;
    const { position, madePath, rememberSecrets } = slot;
    state.table.end[position] = clock();
    state.table.outcome[position] = OUTCOME_CODE[outcome];
    journal?.ended(position);
    this.#sample.add({ position, madePath, rememberSecrets, outcome, status: null, code, message });
  }

  /** The slot's job is settled: it takes the next one, or is free. */
  #continue(slot: ThreadSlot, value?: unknown): void {
    // Slots are in V8's old generation. A reference from there would promote the response of the settled job, too.
    slot.running = null;
    const { release } = slot;
    if (release !== null) {
      slot.release = null;
      slot.sent = null;
      this.#becomeFree(slot);
      release(value);
      return;
    }
    const position = this.#next === null ? -1 : this.#next();
    if (position >= 0) {
      this.#start(slot, position);
      return;
    }
    this.#becomeFree(slot);
    if (position !== NOT_YET) this.#checkDrained();
  }

  #becomeFree(slot: ThreadSlot): void {
    this.#options.journal?.writeSoon();
    this.#busy.delete(slot);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#free.push(slot);
      // While a plan runs, slots that are all free may only be waiting for the next job to be due.
      if (this.#busy.size === 0 && this.#drained === null) this.#stopWatch();
      return;
    }
    if (this.#options.isOver()) {
      waiting.resolve(undefined);
      this.#becomeFree(slot);
      return;
    }
    slot.release = waiting.resolve;
    slot.sent = waiting.sent;
    this.#start(slot, waiting.position);
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
    for (const slot of [...this.#busy]) {
      if (stopped) this.#abandon(slot, 'aborted', STOPPED);
      else if (now - slot.startNs > timeoutMs * NS_PER_MS) {
        this.#abandon(slot, 'timeout', `not done after ${timeoutMs} ms`);
      }
    }
  }

  /** Settles a slot's job without it, and puts a new slot in its place. */
  #abandon(slot: ThreadSlot, outcome: 'aborted' | 'timeout', message: string): void {
    this.#settle(slot, outcome, null, message);
    slot.abandoned = true;
    const fresh = new ThreadSlot(this);
    fresh.release = slot.release;
    this.#busy.delete(slot);
    this.#busy.add(fresh);
    const reason = new Error(message);
    reason.name = outcome === 'timeout' ? 'TimeoutError' : 'AbortError';
    slot.cancelJob(reason);
    this.#continue(fresh);
  }
}
