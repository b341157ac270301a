import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import { type ErrorData, ThreadmillError } from '../../core/errors.ts';
import { mergeErrors } from './failure-sample.ts';
import { type Answer, PoolChannel } from './pool-channel.ts';
import type { PoolWorkerData, TaskKind } from './pool-worker.ts';
import type { Command } from './thread-channel.ts';
import type { ThreadReport } from './thread-host.ts';
import type { HeapSampledThread, ProfiledThread, Taken, VariantOptions } from './variant.ts';

export interface PoolOptions {
  /** Export of the worker's module that runs a task. */
  readonly task: TaskKind;
  readonly tasksPerThread: number;
}

/** A thread that has not answered for so long, beyond what its jobs may take, is blocked: it is ended. */
const ANSWER_GRACE_MS = 2_000;
/** V8 may take its time to put a long profile together. */
const PROFILE_LIMIT_MS = 60_000;
const REPLACEMENT_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 1_000;

/** A Piscina pool whose every thread has the workload open, and a way to talk to all of them. */
export class ThreadPool {
  readonly threads: number;
  readonly #pool: Piscina;
  readonly #channel: PoolChannel;
  readonly #answerLimitMs: number;
  readonly #ending = new WeakSet<Worker>();
  #closing = false;
  /** Called with the numbers of threads that have died; their tasks have rejected by then. */
  onLost: ((threads: readonly number[]) => void) | null = null;
  /** Called when the last thread is gone and none replaces it. */
  onExtinct: (() => void) | null = null;

  private constructor(pool: Piscina, channel: PoolChannel, threads: number, timeoutMs: number) {
    this.#pool = pool;
    this.#channel = channel;
    this.threads = threads;
    // A rehearsal takes as long as one job may; twice that leaves room for one that began at its end.
    this.#answerLimitMs = 2 * timeoutMs + ANSWER_GRACE_MS;
    pool.on('workerDestroy', () => {
      // Piscina replaces a thread in the same tick, unless one failed while it was loading.
      setImmediate(() => {
        const gone = this.#channel.forget(this.#liveThreadIds());
        if (gone.length > 0 && !this.#closing) this.onLost?.(gone);
        if (!this.#closing && pool.threads.length === 0) this.onExtinct?.();
      });
    });
    // A replacement that fails to load is reported here; the jobs it leaves undone tell the person.
    pool.on('error', () => {});
  }

  /** Resolves when every thread has loaded the workload; rejects with the first failure to do so. */
  static async start(options: VariantOptions, task: PoolOptions): Promise<ThreadPool> {
    const threads = Math.min(options.workers, options.concurrency);
    const channel = new PoolChannel();
    const workerData: PoolWorkerData = {
      channel: channel.name,
      host: options.data,
      concurrency: options.concurrency,
      workers: threads,
      task: task.task,
    };
    const pool = new Piscina({
      filename: workerFile(),
      name: task.task,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      // Without it a task that finds no thread free goes to the end of the queue, and the plan's order is lost.
      stricterFIFO: true,
      concurrentTasksPerWorker: task.tasksPerThread,
      // With 'sync' an idle thread blocks in Atomics.wait and does not service its sockets.
      atomics: 'disabled',
      workerHistogram: false,
      recordTiming: false,
      workerData,
    });
    try {
      await Promise.race([channel.present(() => threads), firstLoss(pool, channel)]);
    } catch (thrown) {
      await pool.destroy();
      channel.close();
      throw thrown;
    }
    return new ThreadPool(pool, channel, threads, options.data.timeoutMs);
  }

  /**
   * One task. Rejects if its thread dies, and if its argument or its result cannot be cloned: jobs settle as rows.
   *
   * @param transfer handed over instead of copied
   */
  run(argument: unknown, transfer: ArrayBuffer | null = null): Promise<unknown> {
    return transfer === null
      ? this.#pool.run(argument)
      : this.#pool.run(argument, { transferList: [transfer] });
  }

  get live(): number {
    return this.#pool.threads.length;
  }

  /** Also waits for the threads that replace dead ones: their loading is no part of a trial. */
  async connect(): Promise<void> {
    const limit = new AbortController();
    await Promise.race([
      this.#channel.present(() => this.live),
      pause(REPLACEMENT_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => {}),
    ]);
    limit.abort();
    await this.#ask({ command: 'connect' });
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
    return {
      errors: mergeErrors(reports.map(({ errors }) => errors)),
      connectionsOpened: reports.reduce((sum, { connectionsOpened }) => sum + connectionsOpened, 0),
      threads: reports.flatMap(({ threads }) => threads).sort((a, b) => a.thread - b.thread),
      traces: reports.flatMap(({ traces }) => traces).sort((a, b) => a.thread - b.thread),
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

  /** Ends the thread with this number, whatever it is doing; its tasks reject and it is replaced. */
  terminate(thread: number): void {
    const id = this.#channel.threadIdOf(thread);
    if (id !== undefined) this.#end([id]);
  }

  /** Each thread once, however many of its jobs are overdue: every call adds a listener to it. */
  #end(threadIds: readonly number[]): void {
    for (const worker of this.#pool.threads) {
      if (!threadIds.includes(worker.threadId) || this.#ending.has(worker)) continue;
      this.#ending.add(worker);
      void worker.terminate();
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#ask({ command: 'close' }, CLOSE_LIMIT_MS);
    await this.#pool.destroy();
    this.#channel.close();
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
    return this.#channel.ask<T>(command, this.#liveThreadIds(), {
      ms: limitMs,
      late: (threadIds) => this.#end(threadIds),
    });
  }

  #liveThreadIds(): number[] {
    return this.#pool.threads.map((worker) => worker.threadId);
  }
}

/** Rejects when a thread fails while the pool starts: with what it said, or with how it ended. */
function firstLoss(pool: Piscina, channel: PoolChannel): Promise<never> {
  return new Promise((_, reject) => {
    channel.onFailed = (error: ErrorData) => {
      const { advice } = error;
      const failure = new ThreadmillError(
        'workload-threw',
        error.message,
        advice === undefined ? {} : { advice },
      );
      reject(Object.assign(failure, { code: error.code, stack: error.stack ?? failure.stack }));
    };
    pool.on('error', (error: Error) => setImmediate(() => reject(error)));
    pool.once('workerDestroy', () => {
      // Later than a message that the thread may have left.
      setTimeout(() => reject(new Error('a worker thread ended while it was loading the workload')), 50);
    });
  });
}

/** Beside the compiled runner; a thread never runs TypeScript, so that no loader takes part in what is measured. */
function workerFile(): string {
  const here = import.meta.url;
  const compiled = here.endsWith('.ts')
    ? '../../../dist/workers/pool-worker.js'
    : '../../../workers/pool-worker.js';
  return fileURLToPath(new URL(compiled, here));
}
