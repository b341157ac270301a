import type { ThreadTrace } from '../../core/documents/breakdown.ts';
import type { ThreadSpan } from '../../core/documents/run-record.ts';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import type { Clock } from '../measurement/clock.ts';
import { HeapPeak } from '../measurement/heap-peak.ts';
import type { LoopWatch } from '../measurement/loop-watch.ts';
import { OwnWorkers } from '../measurement/own-workers.ts';
import { ThreadHeapSampler } from '../measurement/thread-heap-sampler.ts';
import { ThreadProbe } from '../measurement/thread-probe.ts';
import { ThreadProfiler } from '../measurement/thread-profiler.ts';
import type { Taken } from './variant.ts';

/** Watches a thread in a trial; `make probe-cost` replaces it, to see what it costs. */
export type Probe = Pick<ThreadProbe, 'start' | 'read' | 'gcPauses'>;

/** What every thread of a runner is watched by, whatever it runs. To be made before the workload is loaded. */
export class ThreadWatch {
  readonly thread: number;
  readonly #clock: Clock;
  readonly #probe: Probe;
  // The workload's file may start threads.
  readonly #ownWorkers = new OwnWorkers();
  readonly #profiler = new ThreadProfiler();
  readonly #heap = new ThreadHeapSampler();
  #heapPeak: HeapPeak | null = null;
  #loop: LoopWatch | null = null;

  constructor(thread: number, clock: Clock, probe: Probe = new ThreadProbe(thread)) {
    this.thread = thread;
    this.#clock = clock;
    this.#probe = probe;
  }

  /** @param watchLoop of a traced trial: the event loop of this thread is watched over time as well */
  async start(traced: boolean, watchLoop: boolean): Promise<void> {
    // Each trial begins with an empty nursery; there only if the runner was started with --expose-gc.
    globalThis.gc?.();
    if (watchLoop) {
      // Loaded by the first trial that wants it, and not before.
      const { LoopWatch } = await import('../measurement/loop-watch.ts');
      this.#loop = new LoopWatch(this.#clock);
    }
    this.#heapPeak = traced ? new HeapPeak() : null;
    this.#probe.start(traced);
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
}
