import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { type ErrorData, ThreadmillError } from '../errors.ts';
import type { CpuProfile } from '../types/cpu-profile.ts';
import { mergeErrors } from './failure-sample.ts';
import { PoolChannel } from './pool-channel.ts';
import type { PoolWorkerData } from './pool-worker.ts';
import type { ThreadReport } from './thread-host.ts';
import type { ProfiledThread, VariantOptions } from './variant.ts';

export interface PoolOptions {
  /** Export of the worker's module that runs a task. */
  readonly task: 'runJob' | 'runBatch';
  readonly tasksPerThread: number;
}

/** A Piscina pool whose every thread has the workload open, and a way to talk to all of them. */
export class ThreadPool {
  readonly threads: number;
  readonly #pool: Piscina;
  readonly #channel: PoolChannel;
  #closing = false;
  /** Called when the last thread is gone and none replaces it. */
  onExtinct: (() => void) | null = null;

  private constructor(pool: Piscina, channel: PoolChannel, threads: number) {
    this.#pool = pool;
    this.#channel = channel;
    this.threads = threads;
    pool.on('workerDestroy', () => {
      // Piscina replaces a thread in the same tick, unless one failed while it was loading.
      setImmediate(() => {
        this.#channel.forget(this.#liveThreadIds());
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
    };
    const pool = new Piscina({
      filename: workerFile(),
      name: task.task,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: task.tasksPerThread,
      // With 'sync' an idle thread blocks in Atomics.wait and does not service its sockets.
      atomics: 'disabled',
      workerHistogram: false,
      recordTiming: false,
      workerData,
    });
    try {
      await Promise.race([channel.hellos(threads), firstLoss(pool, channel)]);
    } catch (thrown) {
      await pool.destroy();
      channel.close();
      throw thrown;
    }
    return new ThreadPool(pool, channel, threads);
  }

  /** One task. Rejects if its thread dies, and for nothing else: jobs settle as rows. */
  run(argument: number): Promise<unknown> {
    return this.#pool.run(argument);
  }

  get live(): number {
    return this.#pool.threads.length;
  }

  async prepare(): Promise<void> {
    await this.#ask({ command: 'prepare' });
  }

  async report(): Promise<ThreadReport> {
    const answers = await this.#ask<ThreadReport>({ command: 'report' });
    const reports = answers.map(({ value }) => value);
    return {
      errors: mergeErrors(reports.map(({ errors }) => errors)),
      connectionsOpened: reports.reduce((sum, { connectionsOpened }) => sum + connectionsOpened, 0),
    };
  }

  async startProfiling(samplingIntervalUs: number): Promise<void> {
    await this.#ask({ command: 'profile-start', samplingIntervalUs });
  }

  async stopProfiling(): Promise<ProfiledThread[]> {
    const answers = await this.#ask<CpuProfile>({ command: 'profile-stop' });
    return answers
      .map(({ thread, value }) => ({ thread, profile: value }))
      .sort((a, b) => a.thread - b.thread);
  }

  /** Ends the thread with this number, whatever it is doing; its tasks reject and it is replaced. */
  async terminate(thread: number): Promise<void> {
    const id = this.#channel.threadIdOf(thread);
    await this.#pool.threads.find((worker) => worker.threadId === id)?.terminate();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.race([
      this.#ask({ command: 'close' }),
      new Promise((resolve) => setTimeout(resolve, 1000).unref()),
    ]);
    await this.#pool.destroy();
    this.#channel.close();
  }

  #ask<T>(command: Parameters<PoolChannel['ask']>[0]) {
    return this.#channel.ask<T>(command, this.#liveThreadIds());
  }

  #liveThreadIds(): number[] {
    return this.#pool.threads.map((worker) => worker.threadId);
  }
}

/** Rejects when a thread fails while the pool starts: with what it said, or with how it ended. */
function firstLoss(pool: Piscina, channel: PoolChannel): Promise<never> {
  return new Promise((_, reject) => {
    channel.onFailed = (error: ErrorData) => {
      const failure = new ThreadmillError('workload-threw', error.message);
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
    ? '../../dist/workers/pool-worker.js'
    : '../../workers/pool-worker.js';
  return fileURLToPath(new URL(compiled, here));
}
