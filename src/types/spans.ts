import { z } from 'zod';

/** What one thread of a runner did within a block. */
export const threadSpanSchema = z.strictObject({
  /** 0 is the main thread, workers count from 1. */
  thread: z.int().nonnegative(),
  eventLoop: z.strictObject({
    /** Time in which the loop was not waiting for events, ms. */
    activeMs: z.number(),
    /** How late the loop came to a timer due every 10 ms (the 10 ms taken off); null for a span too short. */
    delayMs: z.strictObject({ mean: z.number(), p99: z.number(), max: z.number() }).nullable(),
  }),
  /** Charged by the kernel; null where it does not tell (anything but Linux). */
  cpu: z
    .strictObject({
      cpuMs: z.number(),
      /**
       * The same in the program and in the kernel. Before Node 22.15 by the kernel's ticks of 10 ms, and null
       * where there were fewer than five.
       */
      userMs: z.number().nullable(),
      systemMs: z.number().nullable(),
      /** Ready to run, and waiting for a CPU. */
      waitMs: z.number(),
      /**
       * Between the two readings of all this. They lie a little outside the block; on a busy machine, on which the
       * thread may wait for a CPU just then, far outside.
       */
      spanMs: z.number(),
      voluntarySwitches: z.int(),
      involuntarySwitches: z.int(),
    })
    .nullable(),
  gc: z.strictObject({ count: z.int(), pauseMs: z.number(), longestMs: z.number() }),
  /**
   * What the thread held just before the block, after a full garbage collection: V8's heap, and outside of it the
   * contents of Buffers. Null where no collection could be forced.
   */
  heapBeforeBytes: z.number().nullable(),
  /** V8's heap at the end of the block, garbage included. It may have held more: its peak is in the traced pass. */
  heapUsedBytes: z.number(),
});
export type ThreadSpan = z.infer<typeof threadSpanSchema>;

/**
 * CPU of a runner's threads that run none of the jobs' JavaScript. What neither libuv nor V8 used is that of other
 * threads: of native libraries, or Workers that the workload starts.
 */
export const nativeThreadsSchema = z.strictObject({
  /** CPU of the process less that of `threads`, ms. */
  cpuMs: z.number().nonnegative(),
  /**
   * libuv's thread pool, which all threads of a process share (asynchronous crypto, zlib, fs, dns.lookup and native
   * add-ons): its threads at the end of the block, and their CPU, ms. Null where it can't be told apart.
   */
  libuv: z
    .strictObject({
      threads: z.int().nonnegative(),
      cpuMs: z.number().nonnegative(),
    })
    .nullable(),
  /** V8's helpers (garbage collection, compiling), ms. Null where they can't be told apart. */
  v8Ms: z.number().nonnegative().nullable(),
});
export type NativeThreads = z.infer<typeof nativeThreadsSchema>;

/** How often and for how long the CPU limit of a control group stopped the run within a block. */
export const throttlingSchema = z.strictObject({
  /** Periods of the limit in which it did. */
  periods: z.int().nonnegative(),
  /** The kernel sums this over CPUs, so that it may be more than the wall. */
  ms: z.number().nonnegative(),
});
export type Throttling = z.infer<typeof throttlingSchema>;

/**
 * What the CPUs that the run could use did within a block, all of them together; null where the system does not
 * tell.
 */
export const machineSpanSchema = z
  .strictObject({
    /**
     * In use by any program, the kernel, the server and the runner included, ms. Counted in ticks of 10 ms for
     * each CPU, so that it is coarse for a short block, and only means something over several of them.
     */
    busyMs: z.number(),
    /**
     * The same without the runner and the embedded server: what other programs took, ms. As coarse, and never
     * negative: a mean over short blocks is too high.
     */
    othersMs: z.number().nullable(),
    /** Taken by the hypervisor, ms. */
    stealMs: z.number(),
    /** Wall time in which some program waited for a CPU, ms. */
    pressureMs: z.number().nullable(),
  })
  .nullable();
export type MachineSpan = z.infer<typeof machineSpanSchema>;

/** What the embedded server did within a block. */
export const serverSpanSchema = z.strictObject({
  requests: z.int(),
  cpuMs: z.number(),
  /** Share of the span in which its event loop was not waiting, 0 to 1. */
  eventLoopUtilization: z.number(),
});
export type ServerSpan = z.infer<typeof serverSpanSchema>;
