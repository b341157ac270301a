import type { WorkerCost } from '../../core/documents/run-record.ts';
import type { CpuProfile, RawHeapProfile } from '../../core/documents/v8-profiles.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import type { HostData, ThreadReport } from './thread-host.ts';

export interface VariantOptions {
  readonly data: HostData;
  readonly state: SharedState;
  /** Jobs in flight at once, all threads together. `sequential` has one whatever this says. */
  readonly concurrency: number;
  /** Threads for those variants that have them; never more than `concurrency`. */
  readonly workers: number;
  /** For the variant on a queue; null for a run without it. */
  readonly queue: QueueOptions | null;
}

export interface QueueOptions {
  readonly runId: string;
  /** May hold a password; null: a server of its own. */
  readonly url: string | null;
  /** Worker processes to start here, or to wait for. */
  readonly workers: number;
  readonly external: boolean;
}

/** What a profiler found in one thread. */
export interface Taken<P> {
  readonly profile: P;
  /** Worker threads that the workload started from this one, and that ran meanwhile: they are not in the profile. */
  readonly ownWorkers: number;
}

export interface ProfiledThread extends Taken<CpuProfile> {
  /** 0 is the main thread, workers count from 1. */
  readonly thread: number;
}

export interface HeapSampledThread extends Taken<RawHeapProfile> {
  readonly thread: number;
}

/** A variant that is up: everything loaded, every thread started. */
export interface RunningVariant {
  readonly threads: number;
  readonly concurrency: number;
  /** Of a variant with workers, before its first trial. */
  workerCost?(): Promise<WorkerCost>;
  /** Untimed: opens connections that were closed since the last trial. Sends requests. */
  connect(): Promise<void>;
  /** Closes idle connections; `connect` opens them again. */
  disconnect(): Promise<void>;
  /**
   * Untimed: empties the nurseries and starts what is measured around a trial. Sends no request.
   * @param trace memory of a trace table: the trial that follows writes what happened to its jobs there
   * @param watchLoop with a trace: each thread's event loop is watched over time as well
   */
  prepare(trace: SharedArrayBuffer | null, watchLoop?: boolean): Promise<void>;
  /**
   * Runs the whole plan and resolves when every job has settled; never rejects because of a job. Rows are in
   * the shared table. If no thread is left to run them, the remaining rows stay `not-started`.
   */
  runPlan(): Promise<void>;
  /** After a trial, outside its time. */
  report(): Promise<ThreadReport>;
  /** Resolves with the number of threads that are profiled. */
  startProfiling(samplingIntervalUs: number): Promise<number>;
  /** Every one of those threads that is still alive, the main thread first. */
  stopProfiling(): Promise<ProfiledThread[]>;
  /**
   * Samples allocations, not what is alive.
   * @param intervalBytes mean distance of two samples
   * @returns in how many threads
   */
  startHeapSampling(intervalBytes: number): Promise<number>;
  /** Every one of those threads that is still alive, the main thread first. */
  stopHeapSampling(): Promise<HeapSampledThread[]>;
  /**
   * Collects all garbage of the threads that run jobs or hand them out. Bytes that are left: V8's heaps, and contents of
   * Buffers. Null where no collection can be forced. Not before a trial: V8 drops compiled code with the garbage.
   */
  held(): Promise<number | null>;
  close(): Promise<void>;
}

/**
 * One way to run a plan. To add one: a file that implements this, a line in `registry.ts` and its facts in
 * `core/variants.ts`; the contract suite then covers it.
 */
export interface Variant {
  /** Rejects with whatever the workload throws while it is loaded. */
  start(options: VariantOptions): Promise<RunningVariant>;
}
