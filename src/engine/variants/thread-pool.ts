import type { WorkerCost } from '../../core/documents/run-record.ts';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import { sumOrNull } from '../../core/statistics/sum-or-null.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { PoolName } from '../../core/variants.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { type Memory, meanMemory, readCpuMs } from '../measurement/usage.ts';
import { openThreadCpuClock } from '../measurement/user-code.ts';
import { rehearsalMs } from './pace.ts';
import {
  type Answer,
  CLOSE_LIMIT_MS,
  PoolChannel,
  PROFILE_LIMIT_MS,
  REPLACEMENT_LIMIT_MS,
  workloadFailure,
} from './pool-channel.ts';
import type { TaskKind } from './pool-worker.ts';
import { POOLS, type Pool } from './pools/pool.ts';
import type { Command } from './thread-channel.ts';
import { joinReports, type ThreadReport } from './thread-host.ts';
import type { HeapSampledThread, ProfiledThread, Taken, VariantOptions } from './variant.ts';
import type { Wire } from './wire.ts';

interface PoolOptions {
  readonly pool: PoolName;
  /** Export of the worker's module that runs a task. */
  readonly task: TaskKind;
  readonly tasksPerThread: number;
}

/** A thread without an answer for this long, beyond its jobs' time limit, is blocked and gets terminated. */
const ANSWER_GRACE_MS = 2_000;
/** Of them the cost of one is known. */
const IDLE_TASKS = 1_000;
/** A job whose thread ended before it was its turn is handed out again, at most this many times. */
export const MAX_RETURNS = 5;

/** What a pool variant needs of those who run its jobs. */
export type WorkerGroup = Pick<
  ThreadPool,
  | ('threads' | 'live' | 'onLost' | 'onExtinct' | 'connect' | 'disconnect' | 'prepare' | 'report')
  | ('workerCost' | 'startProfiling' | 'stopProfiling' | 'startHeapSampling' | 'stopHeapSampling' | 'held')
  | ('threadIds' | 'terminate' | 'close')
> & {
  /** Null: no messages go from here to the workers that a meter could count. */
  readonly wire: Wire | null;
};

/** A pool whose every worker has the workload open, and a way to talk to all of them. */
export class ThreadPool {
  readonly threads: number;
  readonly #pool: Pool;
  readonly #channel: PoolChannel;
  readonly #state: SharedState;
  readonly #answerLimitMs: number;
  readonly #connectLimitMs: number;
  /** Of this process, while the workers started. */
  readonly #grownBytes: number;
  readonly #ending = new Set<number>();
  #closing = false;
  /** Since the last `connect`. */
  #hasLostWorker = false;
  /** Called with the numbers of threads that have died; their tasks have rejected by then. */
  onLost: ((threads: readonly number[]) => void) | null = null;
  /** Called when the last thread is gone and none replaces it. */
  onExtinct: (() => void) | null = null;

  private constructor(
    pool: Pool,
    channel: PoolChannel,
    { threads, grownBytes }: { readonly threads: number; readonly grownBytes: number },
    { state, concurrency, data: { timeoutMs, pace } }: VariantOptions,
  ) {
    this.#pool = pool;
    this.#channel = channel;
    this.threads = threads;
    this.#grownBytes = grownBytes;
    this.#state = state;
    // A rehearsal takes as long as one job may; twice that leaves room for one that began at its end.
    this.#answerLimitMs = 2 * timeoutMs + ANSWER_GRACE_MS;
    this.#connectLimitMs = this.#answerLimitMs + rehearsalMs(pace, concurrency);
  }

  /** Resolves when every worker has loaded the workload; rejects with the first failure to do so. */
  static async start(options: VariantOptions, { pool: name, ...task }: PoolOptions): Promise<ThreadPool> {
    const threads = Math.min(options.workers, options.concurrency);
    const { open } = await POOLS[name]();
    const channel = new PoolChannel();
    let opened: ThreadPool | null = null;
    const lost = firstLoss(channel);
    globalThis.gc?.();
    const rssBefore = process.memoryUsage.rss();
    const pool = open({
      data: {
        channel: channel.name,
        host: options.data,
        concurrency: options.concurrency,
        workers: threads,
        pool: name,
        task: task.task,
      },
      threads,
      tasksPerThread: task.tasksPerThread,
      channel,
      state: options.state,
      onGone: () => (opened === null ? lost.gone() : opened.#gone()),
      // A replacement that fails to load is reported here; the jobs it leaves undone tell the person.
      onError: (error) => opened ?? lost.failed(error),
    });
    try {
      await Promise.race([channel.present(() => threads), lost.promise]);
    } catch (thrown) {
      await pool.destroy();
      channel.close();
      throw thrown;
    }
    const grownBytes = process.memoryUsage.rss() - rssBefore;
    opened = new ThreadPool(pool, channel, { threads, grownBytes }, options);
    return opened;
  }

  /** After a worker has ended. */
  #gone(): void {
    // At once: a trial that ends with this worker reports before the next turn of the event loop.
    this.#hasLostWorker = true;
    // A pool replaces a worker in the same tick, unless one failed while it was loading.
    setImmediate(() => {
      const gone = this.#channel.forget(this.#pool.workerIds());
      for (const thread of gone) this.#state.leavePlace(thread);
      if (this.#closing) return;
      if (gone.length > 0) this.onLost?.(gone);
      if (this.live === 0) this.onExtinct?.();
    });
  }

  /** One task; see `Pool.run`. Jobs settle as rows. */
  run(argument: unknown, transfer: ArrayBuffer | null = null): Promise<unknown> {
    return this.#pool.run(argument, transfer);
  }

  get wire(): Wire {
    return this.#pool.wire;
  }

  get live(): number {
    return this.#pool.live;
  }

  /** Of all worker threads of this process that the pool has had. */
  get threadIds(): ReadonlySet<number> {
    if (this.wire.kind !== 'ports') return new Set();
    return new Set([...this.#channel.greeted, ...this.#pool.workerIds()]);
  }

  /** Also waits for the threads that replace dead ones: their loading is no part of a trial. */
  async connect(): Promise<void> {
    await this.#channel.present(() => this.live, REPLACEMENT_LIMIT_MS);
    await this.#ask({ command: 'connect' }, this.#connectLimitMs);
    this.#hasLostWorker = false;
  }

  async disconnect(): Promise<void> {
    await this.#ask({ command: 'disconnect' });
  }

  async prepare(trace: SharedArrayBuffer | null, watchLoop: boolean): Promise<void> {
    await this.#ask({ command: 'prepare', trace, watchLoop });
  }

  async report(): Promise<ThreadReport> {
    const answers = await this.#ask<ThreadReport>({ command: 'report' });
    const reports = answers.map(({ value }) => value);
    const processes = reports.flatMap((report) => report.processes ?? []);
    const isComplete = !this.#hasLostWorker;
    return {
      ...joinReports(reports),
      // CPU of a thread that has ended is in that of its process.
      processes: isComplete || this.wire.kind === 'ports' ? processes : null,
      isComplete,
    };
  }

  /** In how many threads. */
  async startProfiling(samplingIntervalUs: number): Promise<number> {
    return (await this.#ask({ command: 'profile-start', samplingIntervalUs })).length;
  }

  /** Of the threads that have been there since the profiling began. */
  async stopProfiling(): Promise<ProfiledThread[]> {
    return this.#collect<CpuProfile>({ command: 'profile-stop' });
  }

  /** In how many threads. */
  async startHeapSampling(intervalBytes: number): Promise<number> {
    return (await this.#ask({ command: 'heap-start', intervalBytes })).length;
  }

  /** Of the threads that have been there since the sampling began. */
  async stopHeapSampling(): Promise<HeapSampledThread[]> {
    return this.#collect<RawHeapProfile>({ command: 'heap-stop' });
  }

  /** Of all threads together, as `held` of a variant. */
  async held(): Promise<number | null> {
    return sumOrNull((await this.#ask<number | null>({ command: 'held' })).map(({ value }) => value));
  }

  /** Ends the thread with this number, whatever it is doing; its tasks reject and it is replaced. */
  terminate(thread: number): void {
    const id = this.#channel.threadIdOf(thread);
    if (id !== undefined) this.#end([id]);
  }

  /** Each worker once, however many of its jobs are overdue. */
  #end(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.#ending.has(id)) continue;
      this.#ending.add(id);
      this.#pool.end(id);
    }
  }

  /** @param idleTask one that does nothing; null: there is none */
  async workerCost(idleTask: unknown): Promise<WorkerCost> {
    const taskMs = idleTask === null ? null : await this.#costOfTask(idleTask);
    if (this.#pool.wire.kind === 'ports') {
      const rssBytes = this.#grownBytes > 0 ? this.#grownBytes / this.threads : null;
      return { rssBytes, pssBytes: null, taskMs };
    }
    const workers = (await this.#ask<Memory>({ command: 'memory' })).map(({ value }) => value);
    return { ...meanMemory(workers), taskMs };
  }

  async #costOfTask(task: unknown): Promise<WorkerCost['taskMs']> {
    const runAll = (count: number) => Promise.all(Array.from({ length: count }, () => this.run(task)));
    const main = openThreadCpuClock();
    const read = async () => ({
      workersMs: await this.#cpuOfProcesses(),
      ownMs: readCpuMs(),
      mainMs: (main?.read() ?? 0) / NS_PER_MS,
    });
    try {
      await runAll(IDLE_TASKS);
      const before = await read();
      await runAll(IDLE_TASKS);
      const after = await read();
      const all = after.workersMs + after.ownMs - before.workersMs - before.ownMs;
      return {
        main: main === null ? null : (after.mainMs - before.mainMs) / IDLE_TASKS,
        all: all / IDLE_TASKS,
      };
    } catch {
      // A worker has ended: the trials will tell.
      return null;
    } finally {
      main?.close();
    }
  }

  async #cpuOfProcesses(): Promise<number> {
    if (this.#pool.wire.kind === 'ports') return 0;
    const answers = await this.#ask<number>({ command: 'cpu' });
    return answers.reduce((sum, { value }) => sum + value, 0);
  }

  async close(): Promise<void> {
    this.#closing = true;
    try {
      await this.#ask({ command: 'close' }, CLOSE_LIMIT_MS);
    } finally {
      await this.#pool.destroy();
      this.#channel.close();
    }
  }

  /** The profiles of the threads that have one, in their order. */
  async #collect<P>(command: Command): Promise<(Taken<P> & { readonly thread: number })[]> {
    const answers = await this.#ask<Taken<P> | null>(command, PROFILE_LIMIT_MS);
    return answers
      .flatMap(({ thread, value }) => (value === null ? [] : [{ thread, ...value }]))
      .sort((a, b) => a.thread - b.thread);
  }

  /** Answers of the threads that live to give one: those that don't answer in time are ended. */
  #ask<T>(command: Command, limitMs = this.#answerLimitMs): Promise<Answer<T>[]> {
    return this.#channel.ask<T>(command, this.#pool.workerIds(), {
      ms: limitMs,
      late: (threadIds) => this.#end(threadIds),
    });
  }
}

/** Rejects when a worker fails while the pool starts: with what it said, or with how it ended. */
function firstLoss(channel: PoolChannel) {
  const { promise, reject } = withReject();
  channel.onFailed = (error) => reject(workloadFailure(error));
  return {
    promise,
    failed: (error: Error) => void setImmediate(() => reject(error)),
    // Later than a message that the worker may have left.
    gone: () =>
      void setTimeout(() => reject(new Error('a worker ended while it was loading the workload')), 50),
  };
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (thrown: unknown) => void } {
  let reject: (thrown: unknown) => void = () => {};
  const promise = new Promise<never>((_, rejected) => {
    reject = rejected;
  });
  promise.catch(() => {});
  return { promise, reject };
}
