import type { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { ThreadmillError } from '../../../core/errors.ts';
import type { JobData, JobReturn } from './messages.ts';
import { keysOf, QUEUE_NAME } from './protocol.ts';
import { SILENT_SERVER_MS, within } from './redis.ts';

/** Jobs of one call to the store. */
export const BATCH = 500;
/** The most jobs in the store, unless four times the jobs in flight is more. It bounds the server's memory. */
const WINDOW = 5_000;
const WINDOW_TURNS = 4;
/** How many events BullMQ keeps. A job has four; with this limit none is dropped before it is read. */
const EVENTS_PER_JOB = 6;
const SPARE_EVENTS = 10_000;
/** Jobs whose addition was not answered for so long are added again. */
const ADD_LIMIT_MS = 5_000;

/** Removes jobs that have ended, and no others. */
const REMOVE = `
for _, id in ipairs(ARGV) do
  if redis.call('ZREM', KEYS[1], id) + redis.call('ZREM', KEYS[2], id) > 0 then
    redis.call('DEL', KEYS[3] .. id)
  end
end`;

/** One command, which is repeated after a loss of the connection; a pipeline may be aborted. */
const readScript = (fields: readonly string[]) => `
local found = {}
for i, id in ipairs(ARGV) do found[i] = redis.call('HMGET', KEYS[1] .. id, '${fields.join("', '")}') end
return found`;
const READ_STATES = readScript(['timestamp', 'finishedOn', 'ats']);
const READ_ENDINGS = readScript(['timestamp', 'returnvalue', 'failedReason']);

type JobQueue = Queue<JobData, JobReturn, string>;

/** How a job ended. */
export type Ending =
  | { readonly returned: JobReturn; readonly failed: null }
  | { readonly returned: null; readonly failed: string };

interface StoredJob {
  readonly hasEnded: boolean;
  readonly starts: number;
}

/** The jobs of a trial in the store, by their positions. */
export class JobStore {
  /** Those that the store has said to have. */
  readonly held = new Set<number>();
  /** An event of this trial: a hint that may be missing. */
  onEnding: (position: number, ending: Ending) => void = () => {};
  readonly #client: Redis;
  readonly #queue: JobQueue;
  readonly #events: QueueEvents;
  /** Of the events. */
  readonly #reader: Redis;
  readonly #window: number;
  #trial = 0;

  private constructor(
    { client, reader }: { readonly client: Redis; readonly reader: Redis },
    queue: JobQueue,
    events: QueueEvents,
    window: number,
  ) {
    this.#client = client;
    this.#reader = reader;
    this.#queue = queue;
    this.#events = events;
    this.#window = window;
    const tell = (id: string, ending: Ending) => {
      const prefix = this.#idOf('');
      if (id.startsWith(prefix)) this.onEnding(Number(id.slice(prefix.length)), ending);
    };
    events.on('completed', ({ jobId, returnvalue }) =>
      tell(jobId, { returned: returnvalue as unknown as JobReturn, failed: null }),
    );
    events.on('failed', ({ jobId, failedReason }) => tell(jobId, { returned: null, failed: failedReason }));
  }

  /** @param concurrency jobs in flight at all workers */
  static async open(client: Redis, run: string, concurrency: number): Promise<JobStore> {
    const { Queue, QueueEvents } = await import('bullmq');
    const { prefix } = keysOf(run);
    const window = Math.max(WINDOW, WINDOW_TURNS * concurrency);
    const maxLen = SPARE_EVENTS + EVENTS_PER_JOB * window;
    const queue: JobQueue = new Queue(QUEUE_NAME, {
      connection: client,
      prefix,
      streams: { events: { maxLen } },
    });
    const reader = client.duplicate();
    reader.on('error', () => {});
    const events = new QueueEvents(QUEUE_NAME, { connection: reader, prefix });
    // They connect again by themselves; a trial ends when the store is silent for too long.
    queue.on('error', () => {});
    events.on('error', () => {});
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
    return new JobStore({ client, reader }, queue, events, window);
  }

  /** How many jobs may be added now. */
  get room(): number {
    return this.#window - this.held.size;
  }

  startTrial(): void {
    this.#trial++;
    this.held.clear();
  }

  /** Adding a job that is there changes nothing. */
  async add(jobs: readonly JobData[]): Promise<void> {
    // Until the answer: a job that ended meanwhile must not be removed, or a repeated command would add it again.
    for (const { p } of jobs) this.held.delete(p);
    const giveUpAt = performance.now() + SILENT_SERVER_MS;
    while (!(await this.#tryToAdd(jobs, performance.now() > giveUpAt)));
    for (const { p } of jobs) this.held.add(p);
  }

  /** BullMQ sends them in a pipeline: a connection that is lost aborts it, or leaves it without an answer. */
  async #tryToAdd(jobs: readonly JobData[], isLast: boolean): Promise<boolean> {
    const adding = this.#queue.addBulk(
      jobs.map((data) => ({
        name: 'job',
        data,
        opts: { jobId: this.#idOf(data.p), attempts: 1, removeOnComplete: false, removeOnFail: false },
      })),
    );
    try {
      await within(adding, ADD_LIMIT_MS);
      return true;
    } catch (thrown) {
      const isAborted = thrown instanceof Error && thrown.name === 'AbortError';
      if (isLast || !(isAborted || thrown instanceof ThreadmillError)) throw thrown;
      return false;
    }
  }

  /** Neither a number nor with a colon, which BullMQ refuses. */
  #idOf(position: number | ''): string {
    return `t${this.#trial}-${position}`;
  }

  /** How many jobs are in each state. */
  counts(...states: 'active'[]): Promise<Readonly<Record<string, number>>> {
    return within(this.#queue.getJobCounts(...states));
  }

  /** Null: the store does not have it. */
  async states(positions: readonly number[]): Promise<Map<number, StoredJob | null>> {
    const states = new Map<number, StoredJob | null>();
    await this.#read(READ_STATES, positions, (position, [added, ended, starts]) => {
      states.set(position, added === null ? null : { hasEnded: ended !== null, starts: Number(starts ?? 0) });
    });
    return states;
  }

  /** Null: the store does not have it. Left out: it has not ended. */
  async endings(positions: readonly number[]): Promise<Map<number, Ending | null>> {
    const endings = new Map<number, Ending | null>();
    await this.#read(READ_ENDINGS, positions, (position, [added, returned, failed]) => {
      if (added === null) endings.set(position, null);
      else if (returned) endings.set(position, { returned: JSON.parse(returned) as JobReturn, failed: null });
      else if (typeof failed === 'string') endings.set(position, { returned: null, failed });
    });
    return endings;
  }

  async #read(
    script: string,
    positions: readonly number[],
    each: (position: number, fields: readonly (string | null | undefined)[]) => void,
  ): Promise<void> {
    for (let at = 0; at < positions.length; at += BATCH) {
      const batch = positions.slice(at, at + BATCH);
      const ids = batch.map((position) => this.#idOf(position));
      const found = await within(this.#client.eval(script, 1, this.#queue.toKey(''), ...ids));
      for (const [index, fields] of (found as (string | null)[][]).entries()) each(batch[index]!, fields);
    }
  }

  /** Jobs that have ended; others stay in the store. */
  async remove(positions: readonly number[]): Promise<void> {
    const keys = ['completed', 'failed', ''].map((name) => this.#queue.toKey(name));
    for (let at = 0; at < positions.length; at += BATCH) {
      const ids = positions.slice(at, at + BATCH).map((position) => this.#idOf(position));
      await within(this.#client.eval(REMOVE, keys.length, ...keys, ...ids));
    }
  }

  /** Takes out what no worker has begun. */
  async drain(): Promise<void> {
    await within(this.#queue.drain());
  }

  /** A later trial must not find jobs of this one. */
  async empty(): Promise<void> {
    await this.drain();
    const { active = 0 } = await this.counts('active');
    if (active > 0) {
      // Of lost workers, or after a stop: nothing else removes them.
      await within(this.#queue.obliterate({ force: true }));
      await within(this.#queue.resume());
      return;
    }
    for (const state of ['completed', 'failed'] as const) await within(this.#queue.clean(0, 0, state));
  }

  async close(): Promise<void> {
    const closing = Promise.all([this.#events.close(), this.#queue.close()]);
    // BullMQ leaves connections that it was given, and this one would come back for as long as the process lives.
    this.#reader.disconnect();
    await closing;
  }
}
