import type { ThreadTrace } from '../../core/documents/breakdown.ts';
import type { ThreadSpan } from '../../core/documents/run-record.ts';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import type { Clock } from '../measurement/clock.ts';
import type { HeapPeak } from '../measurement/heap-peak.ts';
import type { LoopWatch } from '../measurement/loop-watch.ts';
import { heldBytes, ThreadProbe } from '../measurement/thread-probe.ts';
import type { ThreadHeapSampler, ThreadProfiler } from '../measurement/thread-profiler.ts';
import type { Taken } from './variant.ts';

/** Watches a thread in a trial; `make probe-cost` replaces it, to see what it costs. */
export type Probe = Pick<ThreadProbe, 'start' | 'read' | 'gcPauses'>;

const NO_THREADS: ReadonlySet<number> = new Set();

/** What every thread of a runner is watched by, whatever it runs. To be made before the workload is loaded. */
export class ThreadWatch {
  readonly thread: number;
  readonly #clock: Clock;
  readonly #probe: Probe;
  // The workload's file may start threads.
  readonly #ownWorkers = new OwnWorkers();
  #profiler: ThreadProfiler | null = null;
  #heap: ThreadHeapSampler | null = null;
  #HeapPeak: typeof HeapPeak | null = null;
  #heapPeak: HeapPeak | null = null;
  #LoopWatch: typeof LoopWatch | null = null;
  #loop: LoopWatch | null = null;

  constructor(thread: number, clock: Clock, probe: Probe = new ThreadProbe(thread)) {
    this.thread = thread;
    this.#clock = clock;
    this.#probe = probe;
  }

  /**
   * Loads what a trial wants, the first that does. Before the thread is traced: its event loop waits meanwhile.
   * @param watchLoop of a traced trial: the event loop of this thread is watched over time as well
   */
  async load(traced: boolean, watchLoop: boolean): Promise<void> {
    this.#LoopWatch = watchLoop ? (await import('../measurement/loop-watch.ts')).LoopWatch : null;
    this.#HeapPeak = traced ? (await import('../measurement/heap-peak.ts')).HeapPeak : null;
  }

  start(traced: boolean): void {
    // Each trial begins with an empty nursery. A full collection between trials makes V8 drop compiled code, and short
    // trials then measure its compiler. There only if the runner was started with --expose-gc.
    globalThis.gc?.({ type: 'minor' });
    this.#loop = this.#LoopWatch && new this.#LoopWatch(this.#clock);
    this.#heapPeak = this.#HeapPeak && new this.#HeapPeak();
    this.#probe.start(traced);
  }

  /** Collects all garbage. Bytes that are left, with contents of Buffers; null where no collection can be forced. */
  held(): number | null {
    globalThis.gc?.();
    return globalThis.gc === undefined ? null : heldBytes();
  }

  read(): ThreadSpan {
    return this.#probe.read();
  }

  /** Of a traced trial, after `read`. */
  trace(): Pick<ThreadTrace, 'thread' | 'gc' | 'heapPeakBytes' | 'loop'> {
    const heapPeakBytes = this.#heapPeak?.stop() ?? 0;
    this.#heapPeak = null;
    const gc = this.#probe.gcPauses(this.#clock);
    const loop = this.#loop?.stop() ?? null;
    this.#loop = null;
    return { thread: this.thread, gc, heapPeakBytes, loop };
  }

  async startProfiling(samplingIntervalUs: number): Promise<void> {
    const { ThreadProfiler } = await import('../measurement/thread-profiler.ts');
    this.#ownWorkers.begin();
    this.#profiler = await ThreadProfiler.start(samplingIntervalUs);
  }

  /**
   * Null in a thread that replaced another since the profiling began.
   * @param poolThreads ids of threads that are not the workload's own
   */
  async stopProfiling(poolThreads = NO_THREADS): Promise<Taken<CpuProfile> | null> {
    const profiler = this.#profiler;
    if (profiler === null) return null;
    this.#profiler = null;
    return { profile: await profiler.stop(), ownWorkers: this.#ownWorkers.countWithout(poolThreads) };
  }

  async startHeapSampling(intervalBytes: number): Promise<void> {
    const { ThreadHeapSampler } = await import('../measurement/thread-profiler.ts');
    this.#ownWorkers.begin();
    this.#heap = await ThreadHeapSampler.start(intervalBytes);
  }

  /** As `stopProfiling`. */
  async stopHeapSampling(poolThreads = NO_THREADS): Promise<Taken<RawHeapProfile> | null> {
    const heap = this.#heap;
    if (heap === null) return null;
    this.#heap = null;
    return { profile: await heap.stop(), ownWorkers: this.#ownWorkers.countWithout(poolThreads) };
  }
}

/** Counts the worker threads that this thread starts, which its profiler does not see. */
class OwnWorkers {
  readonly #live = new Set<number>();
  #seen = new Set<number>();

  constructor() {
    process.on('worker', (worker) => {
      const { threadId } = worker;
      this.#live.add(threadId);
      this.#seen.add(threadId);
      worker.once('exit', () => this.#live.delete(threadId));
    });
  }

  /** Starts counting the threads that live at any time from now. */
  begin(): void {
    this.#seen = new Set(this.#live);
  }

  countWithout(poolThreads: ReadonlySet<number>): number {
    return [...this.#seen].filter((id) => !poolThreads.has(id)).length;
  }
}
