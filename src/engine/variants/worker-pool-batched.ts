import { PoolVariant } from './pool-variant.ts';
import { ThreadPool } from './thread-pool.ts';
import type { Variant } from './variant.ts';

class WorkerPoolBatched extends PoolVariant {
  protected async dispatch(): Promise<void> {
    await Promise.all(Array.from({ length: this.threads }, () => this.#batch()));
  }

  /**
   * One long task. When its thread dies, another is started for what is left of the plan: each death takes
   * at least the job that caused it along, so this ends.
   */
  async #batch(): Promise<void> {
    for (;;) {
      try {
        await this.pool.run(null);
        this.trace?.meter?.received(null, null);
        return;
      } catch (thrown) {
        this.noteCrash(thrown);
        if (this.state.exhausted || this.pool.live === 0) return;
      }
    }
  }
}

export const workerPoolBatched: Variant = {
  start: async (options) => {
    const pool = await ThreadPool.start(options, { pool: 'piscina', task: 'runBatch', tasksPerThread: 1 });
    return new WorkerPoolBatched(pool, options);
  },
};
