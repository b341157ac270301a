import { redactText } from '../../../core/redaction.ts';
import { NS_PER_MS } from '../../../core/units.ts';
import { loadWorkload } from '../../../workload/load.ts';
import type { TraceTable } from '../../measurement/trace-table.ts';
import { NOT_YET } from '../pace.ts';
import { PoolVariant } from '../pool-variant.ts';
import { putRow } from '../pools/process-messages.ts';
import type { ThreadReport } from '../thread-host.ts';
import type { Variant, VariantOptions } from '../variant.ts';
import { BATCH, type Ending, JobStore } from './job-store.ts';
import { checkInputs } from './protocol.ts';
import { QueueWorkers } from './queue-workers.ts';

/** When no event comes, the store is looked at. */
const LOOK_MS = 1_000;
const STOP_LOOK_MS = 50;
/** After a stop, jobs in flight may take so long to end: less than a runner has to say how far it came. */
const STOP_LIMIT_MS = 800;
const CLOSE_LIMIT_MS = 500;
/** BullMQ’s words for a job whose workers were lost too often. */
const STALLED = /stalled more than allowable limit/;
/** In place of the worker that ran a job. */
const NOBODY = -1;

/** The plan on BullMQ. Events bring rows; a job leaves the store when its row is here and the store has it as ended. */
class DistributedQueue extends PoolVariant<QueueWorkers> {
  override readonly concurrency: number;
  readonly #store: JobStore;
  readonly #inputs: readonly unknown[] | null;
  /** Who ran each job whose row counts; 0: no row yet. */
  readonly #ranBy: Int32Array;
  /** Jobs of this trial that went to the store, that have a row, and that have left the store. */
  #submitted = 0;
  #settled = 0;
  #taken = 0;
  #reRuns = 0;
  #lostRows = 0;
  /** Ends with the last answer of the store about jobs that were added. */
  #submission: Promise<void> = Promise.resolve();
  #table: TraceTable | null = null;
  #progressed: () => void = () => {};
  /** Of the trial in progress; it may have been given up. */
  #endDispatch: () => void = () => {};
  #lastProgress = 0;

  constructor(
    group: QueueWorkers,
    options: VariantOptions,
    store: JobStore,
    inputs: readonly unknown[] | null,
  ) {
    super(group, options);
    this.concurrency = group.concurrency;
    this.#store = store;
    this.#inputs = inputs;
    this.#ranBy = new Int32Array(options.state.jobs);
    store.onEnding = (position, ending) => this.#settle(position, ending);
    this.state.onStop = () => {
      group.tellStop();
      void store.drain().catch(() => {});
      this.#progressed();
    };
  }

  protected dispatch(): Promise<void> {
    this.#store.startTrial();
    this.#ranBy.fill(0);
    this.#submitted = this.#settled = this.#taken = this.#reRuns = this.#lostRows = 0;
    this.#table = this.trace?.table ?? null;
    return new Promise((resolve, reject) => {
      let isSubmitting = false;
      let isWanted = false;
      let isFull = false;
      let isExhausted = false;
      let isOver = false;
      let timer: NodeJS.Timeout | null = null;
      let stoppedAt: number | null = null;
      const end = (failure: unknown = null) => {
        isOver = true;
        if (timer !== null) clearTimeout(timer);
        this.#progressed = () => {};
        if (failure === null) resolve();
        else reject(failure);
      };
      const isDone = () => isExhausted && !isSubmitting && this.#settled === this.#submitted;
      const next = this.positions(() => submit());
      const submit = () => {
        isWanted = true;
        if (!isSubmitting) this.#submission = submitAll();
      };
      const submitAll = async () => {
        isSubmitting = true;
        try {
          while (isWanted && !isOver) {
            isWanted = false;
            const room = await this.#makeRoom();
            isFull = room === 0;
            const positions: number[] = [];
            let position = NOT_YET;
            while (positions.length < room) {
              position = next();
              if (position < 0) break;
              positions.push(position);
            }
            if (position >= 0) isWanted = true;
            else if (position !== NOT_YET) isExhausted = true;
            if (positions.length > 0) {
              this.#submitted += positions.length;
              await this.#add(positions);
            }
          }
        } catch (thrown) {
          end(thrown);
        }
        isSubmitting = false;
        this.#lastProgress = this.clock();
        if (this.state.stopped) look(STOP_LOOK_MS);
        else if (isDone()) end();
      };
      this.#progressed = () => {
        this.#lastProgress = this.clock();
        if (this.state.stopped) look(STOP_LOOK_MS);
        else if (isDone()) end();
        else if (isFull && this.#settled - this.#taken >= BATCH) submit();
      };
      const look = (ms: number) => {
        if (isOver) return;
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(() => {
          if (this.state.stopped) stoppedAt ??= this.clock();
          this.#look(stoppedAt).then(
            (isLost) => {
              if (isLost || isDone()) end();
              else look(this.state.stopped ? STOP_LOOK_MS : LOOK_MS);
              if (isFull) submit();
            },
            (thrown: unknown) => end(thrown),
          );
        }, ms);
      };
      this.#endDispatch = () => end();
      look(LOOK_MS);
      submit();
    });
  }

  /** @returns how many jobs may be added now, BATCH at most */
  async #makeRoom(): Promise<number> {
    if (this.#store.room < BATCH && this.#settled - this.#taken >= BATCH) await this.#take(this.#held(true));
    return Math.min(BATCH, this.#store.room);
  }

  async #add(positions: readonly number[]): Promise<void> {
    const [inputs, trace] = [this.#inputs, this.#table];
    if (trace !== null) {
      const { queuedAt, postedAt } = trace.columns;
      const now = this.clock();
      for (const position of positions) queuedAt[position] = postedAt[position] = now;
    }
    await this.#store.add(
      positions.map((position) =>
        inputs === null ? { p: position } : { p: position, i: inputs[this.state.plan[position]!] },
      ),
    );
  }

  /** Jobs in the store that have a row, or that have none. */
  #held(hasRow: boolean): number[] {
    return [...this.#store.held].filter((position) => (this.#ranBy[position] !== 0) === hasRow);
  }

  /** The first row counts. */
  #settle(position: number, { returned, failed }: Ending): void {
    const { table } = this.state;
    if (table.outcome[position] !== 0 || this.#ranBy[position] !== 0) return;
    if (this.#table !== null) {
      const { heardAt, returnedAt } = this.#table.columns;
      heardAt[position] = returnedAt[position] = this.clock();
    }
    if (returned !== null) {
      putRow(table, returned.r);
      this.#ranBy[position] = returned.w;
    } else this.#settleFailed(position, failed);
    // A job that never started, because the trial was stopped, has no row.
    if (table.outcome[position] !== 0) this.rowArrived(position);
    this.#settled++;
    this.#progressed();
  }

  #settleFailed(position: number, reason: string): void {
    this.#ranBy[position] = NOBODY;
    if (STALLED.test(reason)) {
      this.noteCrash(new Error('its worker was lost, and so were those that ran it again'));
      this.state.table.start[position] = this.clock();
      this.settleCrashed(position);
      return;
    }
    this.settleRefused(
      position,
      `the queue did not take its result: ${redactText(reason)}. Return plain JSON data, or use --results digest.`,
    );
  }

  /** Takes jobs out of the store. One that runs again there, because the server forgot its result, stays. */
  async #take(positions: readonly number[], isLast = false): Promise<void> {
    const stored = await this.#store.states(positions);
    await this.#store.remove(positions.filter((position) => stored.get(position)?.hasEnded));
    for (const [position, job] of stored) {
      if (job !== null && !job.hasEnded && !isLast) continue;
      if (job === null && this.#ranBy[position] !== 0) this.#lostRows++;
      const starts = job?.starts ?? 0;
      if (starts > 1) this.#reRuns++;
      if (this.#table !== null) this.#table.columns.starts[position] = starts;
      this.#store.held.delete(position);
      this.#taken++;
    }
  }

  /** @returns whether the trial has to end as it is */
  async #look(stoppedAt: number | null): Promise<boolean> {
    if (this.pool.claim.lost !== null) throw this.pool.claim.lost;
    const now = this.clock();
    if (stoppedAt !== null) {
      if (now - stoppedAt > STOP_LIMIT_MS * NS_PER_MS) return true;
      const { active = 0 } = await this.#store.counts('active');
      if (active > 0) return false;
      await this.#findRows();
      return true;
    }
    if (now - this.#lastProgress < LOOK_MS * NS_PER_MS) return false;
    const counts = await this.#store.counts();
    const { completed = 0, failed = 0 } = counts;
    const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (completed + failed <= this.#settled - this.#taken && known >= this.#store.held.size) return false;
    // A server that was started anew may have lost some.
    const lost = await this.#findRows();
    for (let at = 0; at < lost.length; at += BATCH) await this.#add(lost.slice(at, at + BATCH));
    return false;
  }

  /** Rows whose event did not come. @returns positions of jobs that have no row and are not in the store */
  async #findRows(): Promise<number[]> {
    const endings = await this.#store.endings(this.#held(false));
    for (const [position, ending] of endings) if (ending !== null) this.#settle(position, ending);
    // Meanwhile its event may have come, and the job may have been taken.
    return [...endings.keys()].filter(
      (position) => endings.get(position) === null && this.#ranBy[position] === 0,
    );
  }

  override async report(): Promise<ThreadReport> {
    this.#endDispatch();
    const report = (await super.report()) as ThreadReport & Awaited<ReturnType<QueueWorkers['report']>>;
    const { queueReport, ...own } = report;
    const { ran, workers, ...server } = queueReport;
    await this.#submission;
    await this.#findRows();
    await this.#take([...this.#store.held], true);
    const counted = new Map<number, number>();
    for (const worker of this.#ranBy) counted.set(worker, (counted.get(worker) ?? 0) + 1);
    const duplicates = [...ran].reduce(
      (sum, [worker, jobs]) => sum + Math.max(0, jobs - (counted.get(worker) ?? 0)),
      0,
    );
    await this.#store.empty();
    return {
      ...own,
      queue: {
        ...server,
        workers: [...workers].map(([number, span]) => ({ ...span, jobs: counted.get(number) ?? 0 })),
        ...{ reRuns: this.#reRuns, duplicates, lostRows: this.#lostRows },
      },
    };
  }

  override async close(): Promise<void> {
    this.state.onStop = null;
    await Promise.race([
      this.#store.close().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS)),
    ]);
    await super.close();
  }
}

export const distributedQueue: Variant = {
  start: async (options) => {
    if (options.queue === null) throw new Error('distributed-queue without a queue');
    const { bundleUrl, settings, handover } = options.data;
    const inputs = handover.inputs === 'send' ? (await loadWorkload(bundleUrl, settings)).inputs : null;
    checkInputs(inputs);
    const group = await QueueWorkers.start(options, options.queue);
    const store = await JobStore.open(group.client, group.claim.id, group.concurrency);
    return new DistributedQueue(group, options, store, inputs);
  },
};
