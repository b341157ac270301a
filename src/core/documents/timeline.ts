import type { FlameFrame } from './flame.ts';

/**
 * One execution of the plan by one variant on one time axis. Every time is µs since the trial began, in steps of
 * at most 0.1 µs; lengths of columns agree within an object.
 *
 *     thread   main ──▓▓░░░▓── samples         worker 1 ──▓▓▓── samples
 *     jobs     0 ├queue┼─wait──┼▓┤             rows of TimelineJobs, on a lane of the thread that ran them
 */
export interface Timeline {
  readonly variant: string;
  /** From the first instant of the trial to the last, µs. */
  readonly wallUs: number;
  /** `profiled`: every thread has samples. `traced`: the run was not profiled, there are jobs only. */
  readonly kind: 'profiled' | 'traced';
  /** Functions that samples point at; empty if there are none. */
  readonly frames: readonly FlameFrame[];
  /** The main thread first. */
  readonly threads: readonly TimelineThread[];
  readonly jobs: TimelineJobs;
  /** Jobs in flight, and jobs handed to a thread and not started there; the latter null where none hands out. */
  readonly inFlight: Curve;
  readonly queued: Curve | null;
  /** What was left out or merged to keep the page small, in words for the reader; empty if nothing was. */
  readonly notes: readonly string[];
}

/** A step function: `value[i]` from `atUs[i]` until the next. */
export interface Curve {
  readonly atUs: Float64Array;
  readonly value: Float64Array;
}

export interface TimelineThread {
  /** 0 is the main thread; workers count from 1. */
  readonly thread: number;
  readonly label: string;
  readonly cpu: TimelineCpu | null;
  /** Garbage collections: start and length, µs. */
  readonly gc: { readonly startUs: Float64Array; readonly lengthUs: Float64Array };
  /** How late the event loop came to a timer, µs, at each time at which it was due; null where nobody looked. */
  readonly delayUs: Curve | null;
  /** From the samples: share of the time until the next point in which the event loop was not waiting, 0 to 1. */
  readonly utilization: Curve | null;
}

/**
 * What a thread ran, in order of time: node `node[i]` from `startUs[i]` until the next, the last until `endUs`.
 * Nodes are calls: parents before children, node 0 is the root (parent −1).
 */
export interface TimelineCpu {
  /** Per node: index into the timeline's frames. */
  readonly frame: Int32Array;
  readonly parent: Int32Array;
  /** Per stretch of samples of the same node. */
  readonly node: Int32Array;
  readonly startUs: Float64Array;
  readonly endUs: number;
  /** Samples that the stretches were made of, and the mean time between two, µs. */
  readonly samples: number;
  readonly intervalUs: number;
}

/** Rows in order of their start. NaN stands for a time that is not known. */
export interface TimelineJobs {
  /** Rows here, and jobs that began: fewer rows if some were left out (the timeline's notes say so). */
  readonly rows: number;
  readonly began: number;
  readonly names: readonly string[];
  /** Place in the plan. */
  readonly position: Int32Array;
  /** Index into `names`. */
  readonly name: Int32Array;
  readonly thread: Int32Array;
  /** Thread of its phase `process`: a worker thread where that runs the CPU part of another thread's job. */
  readonly processedBy: Int32Array;
  /** 0-based, within its thread: jobs of a lane do not overlap. */
  readonly lane: Int32Array;
  /** Index into OUTCOMES. */
  readonly outcome: Int32Array;
  /** HTTP status; 0 where there is none. */
  readonly status: Int32Array;
  readonly bytes: Float64Array;
  /** Handed to a thread, and heard back from it, by the thread that hands out; NaN where none does. */
  readonly queuedUs: Float64Array;
  readonly returnedUs: Float64Array;
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** Phases in order of time, not overlapping, within start and end: those of row r at [first[r], first[r + 1]). */
  readonly phases: {
    readonly first: Int32Array;
    /** Index into PHASES. */
    readonly phase: Int32Array;
    readonly startUs: Float64Array;
    readonly endUs: Float64Array;
  };
  /** Requests of jobs that sent more than one, indexed by job as the phases are. */
  readonly attempts: {
    readonly first: Int32Array;
    /** Index into OUTCOMES. */
    readonly outcome: Int32Array;
    /** HTTP status; 0 where there is none. */
    readonly status: Int32Array;
    readonly startUs: Float64Array;
    readonly endUs: Float64Array;
  };
}

/** The rows of the repetition for the timeline and what they are, saved as those of the traced pass are. */
export const TIMELINE_ROWS = 'trace.bin';
export const TIMELINE_DESCRIPTION = 'trace.json';
/** Exists once the repetition has begun, even if the repetition fails. */
export const TIMELINE_BEGUN = 'begun';
