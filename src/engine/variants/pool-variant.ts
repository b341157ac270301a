import type { ThreadTrace } from '../../core/documents/breakdown.ts';
import type { WorkerCost } from '../../core/documents/run-record.ts';
import { messageOf } from '../../core/errors.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { NS_PER_MS } from '../../core/units.ts';
import { type Clock, createClock } from '../measurement/clock.ts';
import { RateGate } from '../measurement/rate-gate.ts';
import { RowJournal } from '../measurement/row-journal.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { TraceTable } from '../measurement/trace-table.ts';
import { FailureSample, mergeErrors } from './failure-sample.ts';
import type { MessageMeter } from './message-meter.ts';
import { openPace } from './open-pace.ts';
import type { PaceData } from './pace.ts';
import { PacedSource } from './paced-source.ts';
import { ProfiledVariant } from './profiled-variant.ts';
import type { ThreadReport } from './thread-host.ts';
import type { ThreadPool, WorkerGroup } from './thread-pool.ts';
import { ThreadWatch } from './thread-watch.ts';
import type { RunningVariant, VariantOptions } from './variant.ts';

/** Beyond its time limit a job may be late by this much before its thread counts as stuck. */
const STUCK_GRACE_MS = 2_000;
const STUCK_LOOK_MS = 1_000;

/** What the variants share whose jobs run in a pool: the pool, and what happens when a thread dies. */
export abstract class PoolVariant<Group extends WorkerGroup = ThreadPool>
  extends ProfiledVariant
  implements RunningVariant
{
  readonly concurrency: number;
  protected readonly pool: Group;
  protected readonly state: SharedState;
  protected readonly clock: Clock;
  protected trace: { readonly table: TraceTable; readonly meter: MessageMeter | null } | null = null;
  readonly #timeoutMs: number;
  readonly #crashes: FailureSample;
  readonly #pace: PaceData | null;
  readonly #journal: RowJournal | null;
  readonly #pacesHere: boolean;
  #source: PacedSource | null = null;
  #lastCrash = 'its worker thread ended';

  constructor(pool: Group, options: VariantOptions) {
    const clock = createClock();
    super(new ThreadWatch(0, clock), pool);
    this.clock = clock;
    this.pool = pool;
    this.state = options.state;
    this.concurrency = options.concurrency;
    this.#timeoutMs = options.data.timeoutMs;
    this.#pace = options.data.pace;
    const { journal } = options.data;
    this.#journal = journal === null ? null : new RowJournal(journal, options.state.table, this.clock);
    this.#crashes = new FailureSample(options.state, null);
    this.#pacesHere = this.#pace?.kind === 'schedule' || pool.wire?.kind !== 'ports';
    pool.onLost = (threads) => this.#settleLost(threads);
  }

  get threads(): number {
    return this.pool.threads;
  }

  /** Hands the whole plan to the pool; resolves when nothing of it is left in the pool. */
  protected abstract dispatch(): Promise<void>;

  async runPlan(): Promise<void> {
    const watch = setInterval(() => this.#lookForStuck(), STUCK_LOOK_MS);
    const extinct = new Promise<void>((resolve) => {
      this.pool.onExtinct = resolve;
    });
    try {
      if (this.pool.live === 0) return;
      await Promise.race([this.dispatch(), extinct]);
    } finally {
      clearInterval(watch);
      this.pool.onExtinct = null;
      this.#source?.close();
      this.#settleLeftOvers();
    }
  }

  async report(): Promise<ThreadReport> {
    // Its own first: asking the threads is no part of the trial.
    const span = this.watch.read();
    this.#journal?.flush();
    const report = await this.pool.report();
    for (const { trace } of report.processes ?? []) {
      if (trace !== null) this.trace?.table.merge(trace.positions, trace.rows);
    }
    return {
      ...report,
      threads: [span, ...report.threads],
      traces: [...this.#stopTracing(), ...report.traces],
      errors: mergeErrors([report.errors, this.#crashes.take()]),
    };
  }

  /** One that does nothing; null where a task is more than a job. */
  protected readonly idleTask: unknown = null;

  workerCost(): Promise<WorkerCost> {
    return this.pool.workerCost(this.idleTask);
  }

  async connect(): Promise<void> {
    await this.pool.connect();
    const pace = this.#pace;
    // The rehearsals of processes went past this gate.
    if (this.#pacesHere && pace?.kind === 'limit') {
      new RateGate(pace.perSecond, pace.shared).reset(this.clock());
    }
  }

  disconnect(): Promise<void> {
    return this.pool.disconnect();
  }

  async prepare(trace: SharedArrayBuffer | null, watchLoop = false): Promise<void> {
    await this.pool.prepare(trace, watchLoop);
    if (trace !== null) {
      const table = new TraceTable(this.state.jobs, trace);
      this.trace = { table, meter: await this.#meter(table) };
    }
    await this.watch.load(trace !== null, watchLoop);
    this.watch.start(trace !== null);
  }

  async #meter({ columns }: TraceTable): Promise<MessageMeter | null> {
    const { wire } = this.pool;
    if (wire === null) return null;
    const { MessageMeter } = await import('./message-meter.ts');
    return new MessageMeter(columns, this.clock, 'main', wire);
  }

  #stopTracing(): ThreadTrace[] {
    if (this.trace === null) return [];
    const moved = this.trace.meter?.stop() ?? null;
    this.trace = null;
    return [{ ...this.watch.trace(), work: 'hands-out', userCpuShare: null, idle: null, moved }];
  }

  close(): Promise<void> {
    this.#journal?.close();
    return this.pool.close();
  }

  /**
   * Where the main thread takes positions from. On a schedule it waits until each is due, and `wake` is called
   * when it is worth asking again after NOT_YET. A rate limit is kept by the threads, where jobs start; not by
   * processes, which share no memory.
   */
  protected positions(wake: () => void): () => number {
    if (this.#pace === null || !this.#pacesHere) return () => this.state.takePosition();
    this.#source = new PacedSource(openPace(this.#pace, this.state), this.clock, wake);
    return this.#source.next;
  }

  /** Notes why a thread died; its rows are settled by `settleCrashed`, or at the end of the trial. */
  protected noteCrash(thrown: unknown): void {
    this.#lastCrash = messageOf(thrown);
  }

  /** True if the job at this position had started and is now settled as crashed. */
  protected settleCrashed(position: number): boolean {
    const { table } = this.state;
    if (table.outcome[position] !== 0 || table.start[position] === 0) return table.outcome[position] !== 0;
    table.end[position] = this.clock();
    table.outcome[position] = OUTCOME_CODE['worker-crashed'];
    this.#journal?.ended(position);
    this.#journal?.writeSoon();
    this.#addFailure(position, 'worker-crashed', this.#lastCrash);
    return true;
  }

  /** The job's data could not be moved between threads, before it started or after it ended. */
  protected settleRefused(position: number, message: string): void {
    const { table } = this.state;
    if (table.start[position] === 0) table.start[position] = this.clock();
    if (table.end[position] === 0) table.end[position] = this.clock();
    table.outcome[position] = OUTCOME_CODE.threw;
    this.#journal?.ended(position);
    this.#journal?.writeSoon();
    this.#addFailure(position, 'threw', message);
  }

  /** A row that was not written by a thread of this process. */
  protected rowArrived(position: number): void {
    this.#journal?.ended(position);
    this.#journal?.writeSoon();
  }

  #addFailure(position: number, outcome: 'worker-crashed' | 'timeout' | 'threw', message: string): void {
    this.#crashes.add({
      position,
      madePath: null,
      rememberSecrets: null,
      outcome,
      status: null,
      code: null,
      message,
    });
  }

  /** At once, and not when the trial ends: until then the rows would look like jobs that are still running. */
  #settleLost(threads: readonly number[]): void {
    const { table } = this.state;
    for (let position = 0; position < table.rows; position++) {
      if (table.start[position] !== 0 && threads.includes(table.thread[position]!)) {
        this.settleCrashed(position);
        // Also of those that had ended before: the thread may not have come to write the last of them.
        this.#journal?.ended(position);
      }
    }
    this.#journal?.writeSoon();
  }

  /** Whatever has started and not settled when the pool is empty was in a thread that died. */
  #settleLeftOvers(): void {
    const { table } = this.state;
    for (let position = 0; position < table.rows; position++) {
      if (table.start[position] !== 0 && table.outcome[position] === 0) this.settleCrashed(position);
    }
  }

  /**
   * A job that blocks its thread can't be timed out by that thread. Its row shows it: started long ago and
   * not settled. Its thread is ended, and the pool replaces it.
   */
  #lookForStuck(): void {
    const { table } = this.state;
    const latest = this.clock() - (this.#timeoutMs + STUCK_GRACE_MS) * NS_PER_MS;
    for (let position = 0; position < table.rows; position++) {
      const start = table.start[position]!;
      if (start === 0 || start > latest || table.outcome[position] !== 0) continue;
      table.end[position] = this.clock();
      table.outcome[position] = OUTCOME_CODE.timeout;
      this.#journal?.ended(position);
      this.#journal?.writeSoon();
      // Which of the jobs in flight there it was, nobody can tell.
      const message = `not done after ${this.#timeoutMs} ms: it, or another job beside it, blocked its thread`;
      this.#addFailure(position, 'timeout', message);
      this.noteCrash(new Error(`its thread was blocked by job ${position} and had to be ended`));
      this.pool.terminate(table.thread[position]!);
    }
  }
}
