import type { CaptureName } from '../types/capture-names.ts';

/** Sampling interval of Threadmill's own profiles, µs. */
export const SAMPLING_INTERVAL_US = 1000;

/** Mean distance of two sampled allocations, bytes. */
export const HEAP_INTERVAL_BYTES = 16 * 1024;

/**
 * How long the load has to last, ms. Doctor says 'Bad data' on less than about 3 s; for the others 2 s give
 * some 2,000 samples a thread. `0x-threads` draws what `threads` has captured and runs nothing.
 */
export const MIN_LOAD_MS: Readonly<Record<CaptureName, number>> = {
  threads: 2000,
  '0x': 2000,
  '0x-threads': 0,
  heap: 2000,
  'clinic-flame': 2000,
  'clinic-doctor': 3500,
  'clinic-bubbleprof': 2000,
  'clinic-heapprofiler': 2000,
};

/**
 * Node's options for a program whose CPU is profiled. V8 charges a part of an inlined function's time to the
 * function it was inlined into: 14% of a run's CPU stood under Threadmill's own frame that calls the user's
 * code, where an interpreted run has none. Without inlining each function's time is its own, and names and
 * lines are exact; calls of very small functions cost more than they would.
 */
export const EXACT_FRAMES: readonly string[] = ['--no-turbo-inlining'];
