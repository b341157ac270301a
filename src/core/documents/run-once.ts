import type { Region } from './v8-profiles.ts';

export interface RunOnceOptions {
  /** The plan repeats until the load has lasted this long, ms. */
  readonly minLoadMs: number;
  /** Where the runner leaves its RunOnceResult. */
  readonly resultFile: string;
  /** Given: every thread is profiled, and the profiles name the span of the load, warm-up apart; they go there. */
  readonly profileDir?: string;
  /** Sampling interval of those profiles, µs. */
  readonly samplingIntervalUs?: number;
  /** Given: after the load the plan runs once more, profiled and traced in one; what is known of it goes there. */
  readonly timelineDir?: string;
  /** Given: allocations of every thread are sampled during the load; what they were goes there. */
  readonly heapDir?: string;
  /** Mean distance of two samples, bytes. */
  readonly heapIntervalBytes?: number;
}

/** Written by the runner at the end of its run-once mode; its absence means that the runner died. */
export interface RunOnceResult {
  readonly loadMs: number;
  readonly repeats: number;
  readonly jobs: number;
  readonly failed: number;
  /** File names within `profileDir`, main thread first. */
  readonly profiles: readonly string[];
  /** When the repetition for the timeline was, µs on the clock of the profiles, or why there is none. */
  readonly timeline: Region | { readonly missing: string };
  readonly heap: HeapResult | null;
  /** Worker threads that the workload started itself and that ran while it was profiled or sampled: not seen. */
  readonly unseenThreads: number;
  /** Profiled threads that ended, with their profile. */
  readonly lostThreads: number;
}

interface HeapResult {
  /** How many threads were sampled when the load began. */
  readonly threads: number;
  /** File names within `heapDir`, main thread first; fewer if threads have ended. */
  readonly files: readonly string[];
}
