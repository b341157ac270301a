import type { VariantName } from '../../core/variants.ts';
import { loadWorkload } from '../../workload/load.ts';
import { ownBuffer, refusalOf, sentInput } from './handover.ts';
import { NOT_YET } from './pace.ts';
import { PoolVariant } from './pool-variant.ts';
import type { JobTask } from './pool-worker.ts';
import { poolOf } from './pools/pool.ts';
import { NO_JOB } from './thread-host.ts';
import { MAX_RETURNS, ThreadPool } from './thread-pool.ts';
import type { Variant, VariantOptions } from './variant.ts';

/** Tasks in the pool's queue at once: all of an ordinary plan, and a bound on memory for a plan of millions. */
const MAX_QUEUED = 10_000;

class WorkerPool extends PoolVariant {
  /** Data of each item, which goes with its jobs; null: the threads have it. */
  readonly #inputs: readonly unknown[] | null;
  readonly #transfers: boolean;
  protected override readonly idleTask = NO_JOB;

  constructor(pool: ThreadPool, options: VariantOptions, inputs: readonly unknown[] | null) {
    super(pool, options);
    this.#inputs = inputs;
    this.#transfers = options.data.handover.transfer === 'transfer';
  }

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
        const task = this.#taskOf(position);
        const handedOut = this.trace === null ? this.pool.run(task) : this.#runTraced(position, task);
        handedOut.then(done, (thrown: unknown) => {
          const refusal = refusalOf(thrown, sentInput(task));
          if (refusal !== null) {
            this.settleRefused(position, refusal);
            done();
            return;
          }
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

  #taskOf(position: number): JobTask {
    const inputs = this.#inputs;
    return inputs === null ? position : { position, input: inputs[this.state.plan[position]!] };
  }

  async #runTraced(position: number, task: JobTask): Promise<void> {
    const { table, meter } = this.trace!;
    const { queuedAt, returnedAt } = table.columns;
    queuedAt[position] = this.clock();
    try {
      const value = await this.pool.run(task);
      meter?.received(position, this.#transfers && ownBuffer(value) !== null ? null : value);
    } finally {
      returnedAt[position] = this.clock();
    }
  }
}

export const workerPool = (name: VariantName): Variant => ({
  start: async (given) => {
    const kind = poolOf(name);
    const threads = Math.min(given.workers, given.concurrency);
    // A thread of workerpool has one task at a time.
    const options = kind === 'workerpool' ? { ...given, concurrency: threads } : given;
    const pool = await ThreadPool.start(options, {
      pool: kind,
      task: 'runJob',
      // Rounded up: a thread with one slot fewer keeps the surplus task waiting.
      tasksPerThread: Math.ceil(options.concurrency / threads),
    });
    const { bundleUrl, settings, handover } = options.data;
    const inputs = handover.inputs === 'send' ? (await loadWorkload(bundleUrl, settings)).inputs : null;
    return new WorkerPool(pool, options, inputs);
  },
});
