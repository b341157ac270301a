import type { WorkerCost } from '../../core/documents/run-record.ts';
import type { Handover } from '../../core/documents/spec.ts';
import { messageOf } from '../../core/errors.ts';
import type { Outcome } from '../../core/outcomes.ts';
import type { VariantName } from '../../core/variants.ts';
import { ClassifiedError } from '../../workload/classify.ts';
import type { Computed, Payload, Slot } from '../../workload/workload.ts';
import { createClock } from '../measurement/clock.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { TraceTable } from '../measurement/trace-table.ts';
import type { ComputeReply, ComputeTask } from './compute-host.ts';
import { mergeErrors } from './failure-sample.ts';
import { bytesToSend, ownBuffer, refusalOf } from './handover.ts';
import type { MessageMeter } from './message-meter.ts';
import { poolOf } from './pools/pool.ts';
import { ProfiledVariant } from './profiled-variant.ts';
import { NO_JOB, ThreadHost, type ThreadReport } from './thread-host.ts';
import { ThreadPool } from './thread-pool.ts';
import type { RunningVariant, Variant, VariantOptions } from './variant.ts';

/** Hands the CPU part of each job to a pool, and gives up those whose time is over. */
class ComputePool {
  readonly threads: ThreadPool;
  meter: MessageMeter | null = null;
  readonly #state: SharedState;
  readonly #handover: Handover;
  /** By position: who waits for the pool. */
  readonly #waiting = new Map<number, (thrown: unknown) => void>();
  #givenUp: Promise<unknown>[] = [];

  constructor(threads: ThreadPool, { state, data }: VariantOptions) {
    this.threads = threads;
    this.#state = state;
    this.#handover = data.handover;
    threads.onExtinct = () => {
      for (const reject of this.#waiting.values())
        reject(failure('worker-crashed', 'no worker thread is left'));
    };
  }

  /** `Offload`: of the thread that runs the jobs. */
  readonly offload = (item: number, position: number, payload: Payload, slot: Slot): Promise<Computed> =>
    new Promise((resolve, reject) => {
      if (this.threads.live === 0) {
        reject(failure('worker-crashed', 'no worker thread is left'));
        return;
      }
      const { bytes, transfer } = bytesToSend(payload.body, this.#handover.transfer);
      const task: ComputeTask = {
        item,
        position,
        rest: payload.rest,
        body: bytes,
        transferred: transfer !== null,
      };
      this.meter?.handed(position);
      this.#waiting.set(position, reject);
      const settled = this.threads.run(task, transfer).then(
        (value) => {
          this.#waiting.delete(position);
          const reply = value as ComputeReply | undefined;
          this.meter?.received(position, this.#copied(reply));
          if (reply === undefined) reject(failure('aborted', 'given up before it was its turn'));
          else if ('failed' in reply) reject(new ClassifiedError(reply.failed));
          else resolve(reply);
        },
        (thrown: unknown) => {
          this.#waiting.delete(position);
          const refusal = refusalOf(thrown, {
            name: 'payload',
            value: payload.body ?? payload.rest,
            advice: 'Make what goes to the CPU part plain data.',
          });
          reject(refusal === null ? failure('worker-crashed', messageOf(thrown)) : failure('threw', refusal));
        },
      );
      slot.running = {
        cancel: () => {
          this.#givenUp.push(settled);
          this.#endThreadOf(position);
        },
      };
    });

  /** Nothing that was given up is in the pool any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#givenUp);
    this.#givenUp = [];
  }

  /**
   * What a thread computes can be stopped in no other way. It computes for one job at a time. A job that has no thread
   * yet is passed over when it is its turn, because its row is settled.
   */
  #endThreadOf(position: number): void {
    const thread = this.#state.computedBy[position]!;
    if (thread !== 0 && this.#waiting.has(position)) this.threads.terminate(thread);
  }

  #copied(reply: ComputeReply | undefined): unknown {
    const moved =
      this.#handover.transfer === 'transfer' &&
      reply !== undefined &&
      'result' in reply &&
      ownBuffer(reply.result) !== null;
    return moved ? null : reply;
  }
}

function failure(outcome: Outcome, message: string): ClassifiedError {
  return new ClassifiedError({ outcome, code: null, message });
}

/** Jobs on the event loop of the main thread, the CPU part of each in a pool of threads. */
class OffloadVariant extends ProfiledVariant implements RunningVariant {
  readonly concurrency: number;
  readonly #host: ThreadHost;
  readonly #pool: ComputePool;
  readonly #state: SharedState;

  constructor(host: ThreadHost, pool: ComputePool, { concurrency, state }: VariantOptions) {
    super(host.watch, pool.threads);
    this.#host = host;
    this.#pool = pool;
    this.#state = state;
    this.concurrency = concurrency;
  }

  get threads(): number {
    return this.#pool.threads.threads;
  }

  workerCost(): Promise<WorkerCost> {
    // Passed over, because it has no row.
    const task: ComputeTask = { item: 0, position: NO_JOB, rest: undefined, body: null, transferred: false };
    return this.#pool.threads.workerCost(task);
  }

  async connect(): Promise<void> {
    await this.#pool.threads.connect();
    await this.#host.connect();
    await this.#pool.drained();
  }

  async disconnect(): Promise<void> {
    this.#host.disconnect();
  }

  async prepare(trace: SharedArrayBuffer | null, watchLoop = false): Promise<void> {
    await this.#pool.threads.prepare(trace, watchLoop);
    if (trace !== null) {
      const { MessageMeter } = await import('./message-meter.ts');
      this.#pool.meter = new MessageMeter(
        new TraceTable(this.#state.jobs, trace).columns,
        createClock(),
        'main',
        this.#pool.threads.wire,
      );
    }
    await this.#host.prepare(trace, watchLoop);
  }

  runPlan(): Promise<void> {
    return this.#host.runPlan();
  }

  async report(): Promise<ThreadReport> {
    // Its own first: asking the threads is no part of the trial.
    const own = this.#host.report();
    const moved = this.#pool.meter?.stop() ?? null;
    this.#pool.meter = null;
    await this.#pool.drained();
    const workers = await this.#pool.threads.report();
    return {
      errors: mergeErrors([own.errors, workers.errors]),
      connectionsOpened: own.connectionsOpened,
      connections: own.connections,
      retries: own.retries,
      processes: workers.processes,
      isComplete: workers.isComplete,
      threads: [...own.threads, ...workers.threads],
      traces: [...own.traces.map((trace) => ({ ...trace, moved })), ...workers.traces],
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#host.close(), this.#pool.threads.close()]);
  }
}

export const offload = (name: VariantName): Variant => ({
  start: async (options) => {
    // One task at a time for each thread, as a pool has it by default: what computes does not wait.
    const pool = new ComputePool(
      await ThreadPool.start(options, { pool: poolOf(name), task: 'compute', tasksPerThread: 1 }),
      options,
    );
    try {
      const host = await ThreadHost.open(options.data, options.state, 0, options.concurrency, pool.offload);
      return new OffloadVariant(host, pool, options);
    } catch (thrown) {
      await pool.threads.close();
      throw thrown;
    }
  },
});
