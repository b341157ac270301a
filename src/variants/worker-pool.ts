import { PoolVariant } from './pool-variant.ts';
import { ThreadPool } from './thread-pool.ts';
import type { Variant } from './variant.ts';

/** Tasks in Piscina's queue at once: all of an ordinary plan, and a bound on memory for a plan of millions. */
const MAX_QUEUED = 10_000;

/** A job whose thread died before it was its turn is handed out again, at most so often. */
const MAX_RETURNS = 5;

class WorkerPool extends PoolVariant {
  protected async dispatch(): Promise<void> {
    const feeders: Promise<void>[] = [];
    const count = Math.min(MAX_QUEUED, this.state.jobs);
    for (let i = 0; i < count; i++) feeders.push(this.#feed());
    await Promise.all(feeders);
  }

  async #feed(): Promise<void> {
    for (let position = this.state.takePosition(); position >= 0; position = this.state.takePosition()) {
      await this.#submit(position);
    }
  }

  async #submit(position: number): Promise<void> {
    for (let tries = 0; tries < MAX_RETURNS; tries++) {
      try {
        await this.pool.run(position);
        return;
      } catch (thrown) {
        this.noteCrash(thrown);
        if (this.settleCrashed(position) || this.pool.live === 0) return;
      }
    }
  }
}

export const workerPool: Variant = {
  name: 'worker-pool',
  description: 'one Piscina task per job, as one would write it: shows what dispatching costs',
  start: async (options) => {
    const threads = Math.min(options.workers, options.concurrency);
    const pool = await ThreadPool.start(options, {
      task: 'runJob',
      // Rounded up: a thread with one lane fewer keeps the surplus task waiting.
      tasksPerThread: Math.ceil(options.concurrency / threads),
    });
    return new WorkerPool(pool, options);
  },
};
