import type { TraceTable } from '../measurement/trace-table.ts';
import { NOT_YET } from './pace.ts';
import { PoolVariant } from './pool-variant.ts';
import { ThreadPool } from './thread-pool.ts';
import type { Variant } from './variant.ts';

/** Tasks in Piscina's queue at once: all of an ordinary plan, and a bound on memory for a plan of millions. */
const MAX_QUEUED = 10_000;

/** A job whose thread died before it was its turn is handed out again, at most so often. */
const MAX_RETURNS = 5;

class WorkerPool extends PoolVariant {
  /** Without an async function around each task: this loop is what the variant is there to measure. */
  protected dispatch(): Promise<void> {
    return new Promise((resolve) => {
      let outstanding = 0;
      const next = this.positions(() => submitMore());
      const submitMore = () => {
        while (outstanding < MAX_QUEUED) {
          const position = next();
          if (position >= 0) {
            submit(position, 1);
            continue;
          }
          if (position !== NOT_YET && outstanding === 0) resolve();
          return;
        }
      };
      const done = () => {
        outstanding--;
        submitMore();
      };
      const submit = (position: number, tries: number) => {
        outstanding++;
        const handedOut =
          this.trace === null ? this.pool.run(position) : this.#runTraced(this.trace, position);
        handedOut.then(done, (thrown: unknown) => {
          this.noteCrash(thrown);
          if (this.settleCrashed(position) || this.pool.live === 0 || tries === MAX_RETURNS) {
            done();
          } else {
            outstanding--;
            submit(position, tries + 1);
          }
        });
      };
      submitMore();
    });
  }

  #runTraced({ columns }: TraceTable, position: number): Promise<unknown> {
    columns.queuedAt[position] = this.clock();
    return this.pool.run(position).finally(() => {
      columns.returnedAt[position] = this.clock();
    });
  }
}

export const workerPool: Variant = {
  name: 'worker-pool',
  start: async (options) => {
    const threads = Math.min(options.workers, options.concurrency);
    const pool = await ThreadPool.start(options, {
      task: 'runJob',
      // Rounded up: a thread with one slot fewer keeps the surplus task waiting.
      tasksPerThread: Math.ceil(options.concurrency / threads),
    });
    return new WorkerPool(pool, options);
  },
};
