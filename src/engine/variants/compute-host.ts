import { type Classified, classify } from '../../workload/classify.ts';
import { loadWorkload } from '../../workload/load.ts';
import { type Computed, type ComputeExecutor, type Payload, WorkloadError } from '../../workload/workload.ts';
import { type Clock, createClock } from '../measurement/clock.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import type { UserCode } from '../measurement/user-code.ts';
import type { HostData, ThreadReport } from './thread-host.ts';
import { ThreadWatch } from './thread-watch.ts';

/** The CPU part of a job, on its way to the thread that runs it. */
export interface ComputeTask extends Payload {
  readonly item: number;
  readonly position: number;
  readonly transferred: boolean;
}

/** Failures travel as data: an error would lose its code on the way. */
export type ComputeReply = Computed | { readonly failed: Classified };

/** One thread that runs the CPU part of jobs, and nothing else of them. */
export class ComputeHost {
  readonly watch: ThreadWatch;
  readonly #state: SharedState;
  readonly #executor: ComputeExecutor;
  readonly #clock: Clock;
  readonly #returnsResults: boolean;
  #current: ComputeExecutor;
  #code: UserCode | null = null;

  private constructor(
    data: HostData,
    state: SharedState,
    watch: ThreadWatch,
    clock: Clock,
    executor: ComputeExecutor,
  ) {
    this.watch = watch;
    this.#state = state;
    this.#clock = clock;
    this.#executor = executor;
    this.#current = executor;
    this.#returnsResults = data.handover.results === 'return';
  }

  /** Rejects with whatever the workload's file or its `setup` throws. */
  static async open(data: HostData, state: SharedState, thread: number): Promise<ComputeHost> {
    const clock = createClock();
    const watch = new ThreadWatch(thread, clock);
    const workload = await loadWorkload(data.bundleUrl, data.settings);
    if (workload.openCompute === null) throw new WorkloadError('its jobs have no CPU part of their own');
    const executor = await workload.openCompute({ thread, slots: 1 });
    return new ComputeHost(data, state, watch, clock, executor);
  }

  /** Never rejects. Undefined for a job that has been given up meanwhile: nobody waits for it. */
  async compute(task: ComputeTask): Promise<ComputeReply | undefined> {
    const { item, position } = task;
    const state = this.#state;
    if (state.stopped || state.table.outcome[position] !== 0) return undefined;
    state.computedBy[position] = this.watch.thread;
    try {
      const { digest, result } = await this.#current.compute(item, position, task);
      return { digest, result: this.#returnsResults ? result : undefined };
    } catch (thrown) {
      return { failed: classify(thrown) };
    } finally {
      // If this job is cancelled later, this thread must not be ended: it may compute for another job.
      state.computedBy[position] = 0;
    }
  }

  async connect(): Promise<void> {}

  disconnect(): void {}

  async prepare(trace: SharedArrayBuffer | null, watchLoop: boolean): Promise<void> {
    if (trace !== null) {
      const [{ UserCode }, { TraceTable }] = await Promise.all([
        import('../measurement/user-code.ts'),
        import('../measurement/trace-table.ts'),
      ]);
      const { columns } = new TraceTable(this.#state.jobs, trace);
      this.#code = new UserCode(columns, this.#clock, this.watch.thread);
      this.#current = this.#executor.traced(this.#code);
    }
    await this.watch.load(trace !== null, watchLoop);
    this.watch.start(trace !== null);
  }

  report(): ThreadReport {
    const threads = [this.watch.read()];
    const code = this.#code;
    this.#code = null;
    this.#current = this.#executor;
    code?.close();
    const traces =
      code === null
        ? []
        : [
            {
              ...this.watch.trace(),
              work: 'computes' as const,
              userCpuShare: code.cpuShare,
              idle: null,
              moved: null,
            },
          ];
    return {
      errors: [],
      connectionsOpened: 0,
      connections: 0,
      retries: { sent: 0, wastedMs: 0 },
      processes: [],
      isComplete: true,
      threads,
      traces,
    };
  }

  close(): Promise<void> {
    return this.#executor.close();
  }
}
