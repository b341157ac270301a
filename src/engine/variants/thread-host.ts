import type { ThreadTrace } from '../../core/documents/breakdown.ts';
import type { JobError, ThreadSpan } from '../../core/documents/run-record.ts';
import type { WorkloadSettings } from '../../core/documents/spec.ts';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import { loadWorkload } from '../../workload/load.ts';
import type { JobExecutor, Workload } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import { createClock } from '../measurement/clock.ts';
import { HeapPeak } from '../measurement/heap-peak.ts';
import type { LoopWatch } from '../measurement/loop-watch.ts';
import { OwnWorkers } from '../measurement/own-workers.ts';
import { RowJournal } from '../measurement/row-journal.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { ThreadHeapSampler } from '../measurement/thread-heap-sampler.ts';
import { ThreadProbe } from '../measurement/thread-probe.ts';
import { ThreadProfiler } from '../measurement/thread-profiler.ts';
import type { PaceData } from './pace.ts';
import { Slots } from './slots.ts';
import { ThreadPacing } from './thread-pacing.ts';
import type { ThreadTracer } from './thread-tracer.ts';
import type { Taken } from './variant.ts';

/** Watches the event loop of this thread from now on. Loaded by the first trial that wants it, and not before. */
export async function watchedLoop(clock: Clock): Promise<LoopWatch> {
  const { LoopWatch } = await import('../measurement/loop-watch.ts');
  return new LoopWatch(clock);
}

/** What a thread needs to run jobs; plain data, so that it crosses to a worker as it is. */
export interface HostData {
  readonly bundleUrl: string;
  readonly settings: WorkloadSettings;
  readonly shared: SharedArrayBuffer;
  readonly jobs: number;
  readonly timeoutMs: number;
  /** Null: a job starts as soon as a slot is free. */
  readonly pace: PaceData | null;
  /** File that rows are copied into while a trial runs: see `RowJournal`. Null: none. */
  readonly journal: string | null;
}

/** Watches a thread in a trial; `make probe-cost` replaces it, to see what it costs. */
export type Probe = Pick<ThreadProbe, 'start' | 'read' | 'gcPauses'>;

/** One thread that runs jobs: its workload, its slots and its profilers. */
export class ThreadHost {
  readonly thread: number;
  readonly slots: Slots;
  readonly state: SharedState;
  readonly workload: Workload;
  readonly #executor: JobExecutor;
  readonly #profiler = new ThreadProfiler();
  readonly #heap = new ThreadHeapSampler();
  readonly #laneCount: number;
  readonly #probe: Probe;
  readonly #connections: { opened: number };
  readonly #ownWorkers: OwnWorkers;
  readonly #clock: Clock = createClock();
  readonly #pacing: ThreadPacing | null;
  readonly #journal: RowJournal | null;
  #openedBefore = 0;
  #heapPeak: HeapPeak | null = null;
  #tracer: ThreadTracer | null = null;
  #loop: LoopWatch | null = null;

  private constructor(
    data: HostData,
    state: SharedState,
    thread: number,
    laneCount: number,
    workload: Workload,
    executor: JobExecutor,
    connections: { opened: number },
    ownWorkers: OwnWorkers,
    probe: Probe,
  ) {
    this.thread = thread;
    this.#ownWorkers = ownWorkers;
    this.#probe = probe;
    this.state = state;
    this.workload = workload;
    this.#executor = executor;
    this.#laneCount = laneCount;
    this.#connections = connections;
    this.#journal = data.journal === null ? null : new RowJournal(data.journal, state.table, this.#clock);
    this.slots = new Slots({
      executor,
      state,
      clock: this.#clock,
      thread,
      slots: laneCount,
      timeoutMs: data.timeoutMs,
      workload,
      isOver: () => state.stopped || this.#pacing?.isOver === true,
      journal: this.#journal,
    });
    this.#pacing = data.pace === null ? null : new ThreadPacing(data.pace, state, this.#clock, this.slots);
  }

  /** Rejects with whatever the workload's file or its `setup` throws. */
  static async open(
    data: HostData,
    state: SharedState,
    thread: number,
    laneCount: number,
    probe: Probe = new ThreadProbe(thread),
  ): Promise<ThreadHost> {
    // Before the workload is loaded: its file may start a pool.
    const ownWorkers = new OwnWorkers();
    const workload = await loadWorkload(data.bundleUrl, data.settings);
    const connections = { opened: 0 };
    const executor = await workload.open({
      thread,
      slots: laneCount,
      timeoutMs: data.timeoutMs,
      keepAlive: data.settings.keepAlive,
      onConnection: () => {
        connections.opened++;
      },
    });
    return new ThreadHost(data, state, thread, laneCount, workload, executor, connections, ownWorkers, probe);
  }

  /**
   * Before a trial: opens again what was closed meanwhile, by running a job in every slot, so that no connection
   * is opened within the timed trial.
   */
  async connect(): Promise<void> {
    if (this.#executor.missingConnections() > 0) {
      await (this.#pacing ?? this.slots).rehearse(this.#laneCount);
    }
  }

  disconnect(): void {
    this.#executor.disconnect();
  }

  /**
   * Before a trial, when connections are open.
   *
   * @param trace memory of the trace table, for a traced trial
   * @param watchLoop with a trace: the event loop of this thread is watched over time as well
   */
  async prepare(trace: SharedArrayBuffer | null, watchLoop = false): Promise<void> {
    if (trace !== null) await this.#startTracing(trace);
    this.slots.forgetErrors();
    // Each trial begins with an empty nursery; there only if the runner was started with --expose-gc.
    globalThis.gc?.();
    this.#openedBefore = this.#connections.opened;
    if (watchLoop) this.#loop = await watchedLoop(this.#clock);
    this.#heapPeak = trace === null ? null : new HeapPeak();
    this.#probe.start(trace !== null);
  }

  /** Takes jobs of the plan for as long as there are any; resolves when those that it took have settled. */
  runPlan(): Promise<void> {
    const { state } = this;
    return this.#pacing?.runPlan() ?? this.slots.drain(() => state.takePosition());
  }

  /** One job that another thread has taken from the plan; undefined if it will not start any more. */
  runJob(position: number): Promise<void> | undefined {
    if (this.state.stopped) return undefined;
    return this.#pacing === null ? this.slots.runOne(position) : this.#pacing.runJob(position);
  }

  /** After a trial: what this thread has to say about it. */
  report(): ThreadReport {
    const span = this.#probe.read();
    this.#journal?.flush();
    return {
      errors: this.slots.takeErrors(),
      connectionsOpened: this.#connections.opened - this.#openedBefore,
      threads: [span],
      traces: this.#stopTracing(),
    };
  }

  async #startTracing(table: SharedArrayBuffer): Promise<void> {
    const { ThreadTracer } = await import('./thread-tracer.ts');
    this.#tracer = await ThreadTracer.start(this.#executor, table, this.state.jobs, this.#clock);
    this.slots.use(this.#tracer.executor);
  }

  #stopTracing(): ThreadTrace[] {
    const tracer = this.#tracer;
    if (tracer === null) return [];
    this.#tracer = null;
    this.slots.use(this.#executor);
    const heapPeakBytes = this.#heapPeak?.stop() ?? 0;
    this.#heapPeak = null;
    const gc = this.#probe.gcPauses(this.#clock);
    const loop = this.#loop?.stop() ?? null;
    this.#loop = null;
    return [{ thread: this.thread, gc, heapPeakBytes, ...tracer.stop(), loop }];
  }

  startProfiling(samplingIntervalUs: number): Promise<void> {
    this.#ownWorkers.begin();
    return this.#profiler.start(samplingIntervalUs);
  }

  /** Null in a thread that replaced another since the profiling began. */
  async stopProfiling(): Promise<Taken<CpuProfile> | null> {
    if (!this.#profiler.started) return null;
    return { profile: await this.#profiler.stop(), ownWorkers: this.#ownWorkers.counted };
  }

  startHeapSampling(intervalBytes: number): Promise<void> {
    this.#ownWorkers.begin();
    return this.#heap.start(intervalBytes);
  }

  /** Null in a thread that replaced another since the sampling began. */
  async stopHeapSampling(): Promise<Taken<RawHeapProfile> | null> {
    if (!this.#heap.started) return null;
    return { profile: await this.#heap.stop(), ownWorkers: this.#ownWorkers.counted };
  }

  close(): Promise<void> {
    this.#journal?.close();
    return this.#executor.close();
  }
}

export interface ThreadReport {
  readonly errors: readonly JobError[];
  readonly connectionsOpened: number;
  /** What each thread did, the main thread first. */
  readonly threads: readonly ThreadSpan[];
  /** Of a traced trial, in the same order; else none. */
  readonly traces: readonly ThreadTrace[];
}
