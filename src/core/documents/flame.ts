/** Where a frame's code comes from; what each means, and what is done with it, is in profile/category.ts. */
export type FrameCategory =
  | 'user'
  | 'dependency'
  | 'threadmill'
  | 'node'
  | 'native'
  | 'gc'
  | 'program'
  | 'idle'
  /** No code: stands for a thread, or for all of them, in trees of several. */
  | 'thread';

/** A function. Two frames are the same function if name, file, line and column are. */
export interface FlameFrame {
  readonly name: string;
  /** Path as shown to people: relative to the workload's project, `piscina@5.3.2/dist/x.js`, `node:net`; null for V8's own. */
  readonly file: string | null;
  /** 1-based; null where unknown. */
  readonly line: number | null;
  readonly column: number | null;
  readonly category: FrameCategory;
  /** Of a dependency: `piscina@5.3.2`, or `piscina` if its version is not known. Else null. */
  readonly package: string | null;
}

/**
 * Calls and their own time, in columns: parents before children; node 0 is the root (parent −1). In a tree of
 * allocations bytes stand wherever there are µs here.
 */
export interface CallTree {
  /** Index into a table of frames. */
  readonly frame: ArrayLike<number>;
  readonly parent: ArrayLike<number>;
  readonly self: ArrayLike<number>;
  /**
   * Variance that sampling alone gives each node's own time, µs². Variances of nodes add up. Where it is missing, all
   * samples are taken to be as long as the mean one.
   */
  readonly variance?: ArrayLike<number>;
}

/** One thread's calls, depth first, the longest branch first. */
export interface FlameThread extends CallTree {
  /** 0 is the main thread; workers count from 1. */
  readonly thread: number;
  readonly label: string;
  /** Measured region, µs; of allocations, bytes. */
  readonly duration: number;
  readonly samples: number;
  /** Index into FlameData.frames. */
  readonly frame: readonly number[];
  readonly parent: readonly number[];
  readonly self: readonly number[];
  readonly variance?: readonly number[];
  readonly lines: LineTimes;
}

/**
 * Own time by line, in columns: as far as V8 says in which line of a function its samples were taken, which it
 * does for JavaScript only.
 */
export interface LineTimes {
  /** Index into FlameData.frames: the function. */
  readonly frame: readonly number[];
  /** 1-based, in the function's file. */
  readonly line: readonly number[];
  readonly self: readonly number[];
}

export interface FlameData {
  readonly variant: string;
  readonly frames: readonly FlameFrame[];
  readonly threads: readonly FlameThread[];
}

/** A function in a differential tree: as it is on side B, or on A if only that has it. */
export interface DiffFrame extends FlameFrame {
  /** Where it was on side A, if that was elsewhere. */
  readonly before: Pick<FlameFrame, 'file' | 'line' | 'column'> | null;
}

/**
 * Two call trees as one, in columns like a CallTree; among siblings the one with the most time, on whichever
 * side, comes first. Times are µs per job.
 */
export interface FlameDiff {
  readonly frames: readonly DiffFrame[];
  readonly frame: ArrayLike<number>;
  readonly parent: ArrayLike<number>;
  readonly selfA: Float64Array;
  readonly selfB: Float64Array;
  readonly totalA: Float64Array;
  readonly totalB: Float64Array;
  /** Variance that sampling alone gives each side's own time, and its total, (µs per job)². */
  readonly selfVarianceA: Float64Array;
  readonly selfVarianceB: Float64Array;
  readonly totalVarianceA: Float64Array;
  readonly totalVarianceB: Float64Array;
  /** Jobs of A for each of B. */
  readonly jobsRatio: number;
  /** What one sample stands for on average, µs per job. */
  readonly samplingA: number;
  readonly samplingB: number;
}

export interface PageFlame {
  /** Unique among the flames of the page; of letters, digits, `_` and `-`. */
  readonly id: string;
  readonly label: string;
  /** Jobs that were run while the profile was taken; null where that is not known. */
  readonly jobs: number | null;
  /** The unit of `self` in its trees, if not µs. Then nothing is idle, and nothing busy. */
  readonly measures?: 'bytes';
  readonly data: FlameData;
}

/** What the threads of a variant allocated. */
export interface Allocations {
  /** For a flamegraph, with bytes wherever a CPU profile has µs. Σ self of a thread is its `duration`. */
  readonly flame: FlameData;
  /** Per thread of `flame`: for each of its nodes the variance of its bytes, bytes². */
  readonly variance: readonly Float64Array[];
  /** Mean sampling interval: bytes allocated per sample. */
  readonly intervalBytes: number;
}
