import { isDeepStrictEqual } from 'node:util';
import type { Queue, QueueEvents } from 'bullmq';
import { ThreadmillError } from '../../../core/errors.ts';
import { redactText } from '../../../core/redaction.ts';
import { NS_PER_MS } from '../../../core/units.ts';
import { loadWorkload } from '../../../workload/load.ts';
import { NOT_YET } from '../pace.ts';
import { PoolVariant } from '../pool-variant.ts';
import { putRow } from '../pools/process-messages.ts';
import type { ThreadReport } from '../thread-host.ts';
import type { Variant, VariantOptions } from '../variant.ts';
import type { JobData, JobReturn } from './messages.ts';
import { keysOf, QUEUE_NAME, queueError } from './protocol.ts';
import { QueueWorkers } from './queue-workers.ts';

/** Jobs that go to the queue in one call, and that are read back in one. */
const BATCH = 500;
/** BullMQ keeps about 10,000 events, and a job has four: a plan may be this long without that one is lost. */
const MAX_EVENTS = 1_000_000;
const EVENTS_PER_JOB = 6;
/** When no event comes, the store is looked at. */
const LOOK_MS = 1_000;
const STOP_LOOK_MS = 50;
/** After a stop, jobs in flight may take so long to end: less than a runner has to say how far it came. */
const STOP_LIMIT_MS = 800;
/** A store that does not answer for so long is given up. */
const SILENT_STORE_MS = 30_000;
/** BullMQ’s words for a job whose workers were lost too often. */
const STALLED = /stalled more than allowable limit/;

type JobQueue = Queue<JobData, JobReturn, string>;

/** What the store has of a job. */
interface Stored {
  readonly returned: JobReturn | null;
  readonly failed: string | null;
  readonly starts: number;
}

/** The plan on BullMQ: what the store has of a job at the end counts, and events only tell that it is there. */
class DistributedQueue extends PoolVariant<QueueWorkers> {
  override readonly concurrency: number;
  readonly #queue: JobQueue;
  readonly #events: QueueEvents;
  readonly #inputs: readonly unknown[] | null;
  #trial = 0;
  /** Positions of this trial that are in the queue, and how many of them have a row. */
  #submitted: number[] = [];
  #settled = 0;
  /** Who ran each job whose row counts. */
  readonly #ranBy = new Map<number, number>();
  #progressed: () => void = () => {};
  /** Of the trial in progress; it may have been given up. */
  #endDispatch: () => void = () => {};
  #lastProgress = 0;

  constructor(
    group: QueueWorkers,
    options: VariantOptions,
    { queue, events }: { readonly queue: JobQueue; readonly events: QueueEvents },
    inputs: readonly unknown[] | null,
  ) {
    super(group, options);
    this.concurrency = group.concurrency;
    this.#queue = queue;
    this.#events = events;
    this.#inputs = inputs;
    events.on('completed', ({ jobId, returnvalue }) => {
      const position = this.#positionOf(jobId);
      if (position !== null) this.#settle(position, { returned: returnvalue as JobReturn, failed: null });
    });
    events.on('failed', ({ jobId, failedReason }) => {
      const position = this.#positionOf(jobId);
      if (position !== null) this.#settle(position, { returned: null, failed: failedReason });
    });
    this.state.onStop = () => {
      group.tellStop();
      void queue.drain().catch(() => {});
      this.#progressed();
    };
  }

  protected dispatch(): Promise<void> {
    this.#trial++;
    this.#submitted = [];
    this.#settled = 0;
    this.#ranBy.clear();
    return new Promise((resolve, reject) => {
      let isSubmitting = false;
      let isWanted = false;
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
      const next = this.positions(() => void submit());
      const submit = async () => {
        isWanted = true;
        if (isSubmitting) return;
        isSubmitting = true;
        try {
          while (isWanted && !isOver) {
            isWanted = false;
            const positions: number[] = [];
            let position = next();
            while (position >= 0) {
              positions.push(position);
              position = positions.length < BATCH ? next() : NOT_YET;
            }
            if (positions.length === BATCH) isWanted = true;
            else if (position !== NOT_YET) isExhausted = true;
            if (positions.length > 0) {
              this.#submitted.push(...positions);
              await this.#add(positions);
            }
          }
        } catch (thrown) {
          end(thrown);
        }
        isSubmitting = false;
        progressed();
      };
      const progressed = () => {
        this.#lastProgress = this.clock();
        if (this.state.stopped) look(STOP_LOOK_MS);
        else if (isExhausted && !isSubmitting && this.#settled === this.#submitted.length) end();
      };
      const look = (ms: number) => {
        if (isOver) return;
        if (timer !== null) clearTimeout(timer);
        timer = setTimeout(() => {
          if (this.state.stopped) stoppedAt ??= this.clock();
          this.#look(stoppedAt).then(
            (isLost) => {
              if (isLost || (isExhausted && this.#settled === this.#submitted.length)) end();
              else look(this.state.stopped ? STOP_LOOK_MS : LOOK_MS);
            },
            (thrown: unknown) => end(thrown),
          );
        }, ms);
      };
      this.#progressed = progressed;
      this.#endDispatch = () => end();
      look(LOOK_MS);
      void submit();
    });
  }

  async #add(positions: readonly number[]): Promise<void> {
    const inputs = this.#inputs;
    if (this.trace !== null) {
      const { queuedAt, postedAt } = this.trace.table.columns;
      const now = this.clock();
      for (const position of positions) queuedAt[position] = postedAt[position] = now;
    }
    await this.#queue.addBulk(
      positions.map((position) => ({
        name: 'job',
        data: inputs === null ? { p: position } : { p: position, i: inputs[this.state.plan[position]!] },
        opts: { jobId: this.#idOf(position), attempts: 1, removeOnComplete: false, removeOnFail: false },
      })),
    );
  }

  /** Neither a number nor with a colon, which BullMQ refuses. */
  #idOf(position: number): string {
    return `t${this.#trial}-${position}`;
  }

  /** Null: of an earlier trial. */
  #positionOf(id: string): number | null {
    const prefix = `t${this.#trial}-`;
    return id.startsWith(prefix) ? Number(id.slice(prefix.length)) : null;
  }

  /** The first row counts. */
  #settle(position: number, { returned, failed }: Pick<Stored, 'returned' | 'failed'>): void {
    const { table } = this.state;
    if (table.outcome[position] !== 0 || this.#ranBy.has(position)) return;
    if (this.trace !== null) {
      const { heardAt, returnedAt } = this.trace.table.columns;
      heardAt[position] = returnedAt[position] = this.clock();
    }
    if (returned !== null) {
      putRow(table, returned.r);
      this.#ranBy.set(position, returned.w);
    } else this.#settleFailed(position, failed ?? '');
    // A job that never started, because the trial was stopped, has no row.
    if (table.outcome[position] !== 0) this.rowArrived(position);
    this.#settled++;
    this.#progressed();
  }

  #settleFailed(position: number, reason: string): void {
    this.#ranBy.set(position, 0);
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

  /** @returns whether the trial has to end as it is */
  async #look(stoppedAt: number | null): Promise<boolean> {
    if (this.pool.lostClaim !== null) throw this.pool.lostClaim;
    const now = this.clock();
    if (stoppedAt !== null) {
      if (now - stoppedAt > STOP_LIMIT_MS * NS_PER_MS) return true;
      const { active = 0 } = await within(this.#queue.getJobCounts('active'));
      if (active > 0) return false;
      await this.#readStore(this.#missing());
      return true;
    }
    if (now - this.#lastProgress < LOOK_MS * NS_PER_MS) return false;
    const counts = await within(this.#queue.getJobCounts());
    const { completed = 0, failed = 0 } = counts;
    const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (completed + failed <= this.#settled && known >= this.#submitted.length) return false;
    const stored = await this.#readStore(this.#missing());
    // A server that was started anew may have lost some: an id that it has is not added twice.
    const lost = [...stored].flatMap(([position, found]) => (found === null ? [position] : []));
    for (let at = 0; at < lost.length; at += BATCH) await this.#add(lost.slice(at, at + BATCH));
    return false;
  }

  #missing(): number[] {
    return this.#submitted.filter((position) => !this.#ranBy.has(position));
  }

  /** Rows that are in the store go to the table if there is none yet. Null for a job that the store does not know. */
  async #readStore(positions: readonly number[]): Promise<Map<number, Stored | null>> {
    const { prefix } = keysOf(this.pool.id);
    const stored = new Map<number, Stored | null>();
    for (let at = 0; at < positions.length; at += BATCH) {
      const batch = positions.slice(at, at + BATCH);
      const pipeline = this.pool.client.pipeline();
      for (const position of batch) {
        const key = `${prefix}:${QUEUE_NAME}:${this.#idOf(position)}`;
        pipeline.hmget(key, 'data', 'returnvalue', 'failedReason', 'ats');
      }
      const answers = (await within(pipeline.exec())) ?? [];
      for (const [index, [error, fields]] of answers.entries()) {
        if (error !== null) throw error;
        const [data, returnvalue, failed, starts] = fields as (string | null)[];
        const position = batch[index]!;
        if (data === null || data === undefined) {
          stored.set(position, null);
          continue;
        }
        const found: Stored = {
          returned: returnvalue ? (JSON.parse(returnvalue) as JobReturn) : null,
          failed: failed ?? null,
          starts: Number(starts ?? 0),
        };
        stored.set(position, found);
        if (found.returned !== null || found.failed !== null) this.#settle(position, found);
      }
    }
    return stored;
  }

  override async report(): Promise<ThreadReport> {
    this.#endDispatch();
    const trace = this.trace?.table ?? null;
    const report = (await super.report()) as ThreadReport & Awaited<ReturnType<QueueWorkers['report']>>;
    const { queueReport, ...own } = report;
    const { ran, workers, ...server } = queueReport;
    const stored = await this.#readStore(this.#submitted);
    const jobs = [...stored.values()];
    if (trace !== null)
      for (const [position, job] of stored) trace.columns.starts[position] = job?.starts ?? 0;
    const counted = new Map<number, number>();
    for (const worker of this.#ranBy.values()) counted.set(worker, (counted.get(worker) ?? 0) + 1);
    const duplicates = [...ran].reduce(
      (sum, [worker, jobs]) => sum + Math.max(0, jobs - (counted.get(worker) ?? 0)),
      0,
    );
    await this.#empty();
    return {
      ...own,
      queue: {
        ...server,
        workers: [...workers].map(([number, span]) => ({ ...span, jobs: counted.get(number) ?? 0 })),
        reRuns: jobs.filter((job) => job !== null && job.starts > 1).length,
        duplicates,
        lostRows: jobs.filter((job) => job === null).length,
      },
    };
  }

  /** A later trial must not find jobs of this one. */
  async #empty(): Promise<void> {
    await within(this.#queue.drain());
    const { active = 0 } = await within(this.#queue.getJobCounts('active'));
    if (active > 0) {
      // Of lost workers, or after a stop: nothing else removes them.
      await within(this.#queue.obliterate({ force: true }));
      await within(this.#queue.resume());
      return;
    }
    for (const type of ['completed', 'failed'] as const) await within(this.#queue.clean(0, 0, type));
  }

  override async close(): Promise<void> {
    this.state.onStop = null;
    await Promise.race([
      Promise.all([this.#events.close(), this.#queue.close()]).catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, 500)),
    ]);
    await super.close();
  }
}

/** A command that waits for a server that is away, up to a limit. */
async function within<T>(command: Promise<T>): Promise<T> {
  let limit: NodeJS.Timeout | null = null;
  const late = new Promise<never>((_, reject) => {
    limit = setTimeout(() => {
      const message = `the queue server did not answer for ${SILENT_STORE_MS / 1_000} s`;
      reject(queueError(message, 'Look at its log: it may have ended, or be out of memory.'));
    }, SILENT_STORE_MS);
  });
  try {
    return await Promise.race([command, late]);
  } finally {
    if (limit !== null) clearTimeout(limit);
  }
}

/** @throws {ThreadmillError} 'usage': JSON would change an input */
function checkInputs(inputs: readonly unknown[] | null): void {
  const changed = inputs?.findIndex((input) => !isDeepStrictEqual(jsonCopy(input), input)) ?? -1;
  if (changed < 0) return;
  throw new ThreadmillError(
    'usage',
    `the input of item ${changed} cannot go through a queue: JSON changes it`,
    {
      advice: 'Use --inputs load, or make the items plain JSON data.',
    },
  );
}

function jsonCopy(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch {
    return undefined;
  }
}

export const distributedQueue: Variant = {
  start: async (options) => {
    if (options.queue === null) throw new Error('distributed-queue without a queue');
    const { bundleUrl, settings, handover } = options.data;
    const inputs = handover.inputs === 'send' ? (await loadWorkload(bundleUrl, settings)).inputs : null;
    checkInputs(inputs);
    const group = await QueueWorkers.start(options, options.queue);
    const { Queue, QueueEvents } = await import('bullmq');
    const { prefix } = keysOf(group.id);
    const maxLen = Math.min(MAX_EVENTS, 10_000 + EVENTS_PER_JOB * options.data.jobs);
    const queue: JobQueue = new Queue(QUEUE_NAME, {
      connection: group.client,
      prefix,
      streams: { events: { maxLen } },
    });
    const events = new QueueEvents(QUEUE_NAME, { connection: group.client.duplicate(), prefix });
    // They connect again by themselves; a trial ends when the store is silent for too long.
    queue.on('error', () => {});
    events.on('error', () => {});
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
    return new DistributedQueue(group, options, { queue, events }, inputs);
  },
};
