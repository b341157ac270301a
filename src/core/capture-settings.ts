/** Sampling interval of Threadmill's own profiles, µs. */
export const SAMPLING_INTERVAL_US = 1000;

/**
 * Mean distance of two sampled allocations, bytes. V8's own 32 KiB leave too few samples; at this a default run has
 * ±10%. A sample takes 6 to 9 µs of CPU (Node 20): at most a tenth of the default job's, up to six times that of a
 * program that only allocates.
 */
export const HEAP_INTERVAL_BYTES = 8 * 1024;

/**
 * V8 charges inlined functions to the one that they are inlined into: 14% of a run's CPU stood under Threadmill's
 * frame. Without inlining names and lines are exact; calls of very small functions cost more. Allocations stay within
 * 2%.
 */
export const EXACT_FRAMES: readonly string[] = ['--no-turbo-inlining', '--no-maglev-inlining'];

/** The same of a recording, whose program may allocate for long. */
export const RECORDED_HEAP_INTERVAL_BYTES = 64 * 1024;
