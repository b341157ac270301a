/** Sampling interval of Threadmill's own profiles, µs. */
export const SAMPLING_INTERVAL_US = 1000;

/**
 * Mean distance of two sampled allocations, bytes. V8's own 32 KiB leave too few samples: a job of the default workload
 * allocates some 32 kB, and `sequential` runs it 80 times in the load, which makes ±14% at 16 KiB and ±10% at this. A
 * sample takes 6 to 9 µs of CPU (Node 20, 30 frames), 0.8 ms for each MB allocated: next to 0.3 ms of CPU a job no more
 * than a tenth, and up to six times the CPU of a program that does nothing but allocate. Bytes are not times: from
 * 4 to 128 KiB they came out the same.
 */
export const HEAP_INTERVAL_BYTES = 8 * 1024;

/**
 * Node's options for a program whose CPU is profiled. V8 charges a part of an inlined function's time to the
 * function it was inlined into: 14% of a run's CPU stood under Threadmill's own frame that calls the user's
 * code, where an interpreted run has none. Without inlining each function's time is its own, and names and
 * lines are exact; calls of very small functions cost more than they would. Of allocations V8 knows no inlined
 * function at all: they stand under the function it was inlined into. What was allocated is the same within 2%.
 */
export const EXACT_FRAMES: readonly string[] = ['--no-turbo-inlining'];

/** The same of a recording, whose program may allocate for long. */
export const RECORDED_HEAP_INTERVAL_BYTES = 64 * 1024;
