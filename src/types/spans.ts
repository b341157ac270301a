import { z } from 'zod';
import { FOLDER_LIMITS } from './limits.ts';
import { count, figure, wholeWithin } from './numbers.ts';

/** Of a thread: 0 is the main thread, workers count from 1. */
export const threadNumber = wholeWithin(0, FOLDER_LIMITS.threadNumber);

/** What one thread of a runner did within a block. */
export const threadSpanSchema = z.strictObject({
  thread: threadNumber,
  eventLoop: z.strictObject({
    /** Time in which the loop was not waiting for events, ms. */
    activeMs: figure,
    /** How late the loop came to a timer due every 10 ms (the 10 ms taken off); null for a span too short. */
    delayMs: z.strictObject({ mean: figure, p99: figure, max: figure }).nullable(),
  }),
  /** Charged by the kernel; null where it does not tell (anything but Linux). */
  cpu: z
    .strictObject({
      cpuMs: figure,
      /**
       * The same in the program and in the kernel. Before Node 22.15 by the kernel's ticks of 10 ms, and null
       * where there were fewer than five.
       */
      userMs: figure.nullable(),
      systemMs: figure.nullable(),
      /** Ready to run, and waiting for a CPU. */
      waitMs: figure,
      voluntarySwitches: count,
      involuntarySwitches: count,
    })
    .nullable(),
  gc: z.strictObject({ count: count, pauseMs: figure, longestMs: figure }),
  /** V8's heap at the end of the block, garbage included. It may have held more: its peak is in the traced pass. */
  heapUsedBytes: figure,
});
export type ThreadSpan = z.infer<typeof threadSpanSchema>;

/** What the machine as a whole did within a block, all CPUs together; null where the system does not tell. */
export const machineSpanSchema = z
  .strictObject({
    /**
     * In use by any program, the kernel, the server and the runner included, ms. Counted in ticks of 10 ms for
     * each CPU, so that it is coarse for a short block, and only means something over several of them.
     */
    busyMs: figure,
    /**
     * The same without the runner and the embedded server: what other programs took, ms. As coarse, and never
     * negative: a mean over short blocks is too high.
     */
    othersMs: figure.nullable(),
    /** Taken by the hypervisor, ms. */
    stealMs: figure,
    /** Wall time in which some program waited for a CPU, ms. */
    pressureMs: figure.nullable(),
  })
  .nullable();
export type MachineSpan = z.infer<typeof machineSpanSchema>;

/** What the embedded server did within a block. */
export const serverSpanSchema = z.strictObject({
  requests: count,
  cpuMs: figure,
  /** Share of the span in which its event loop was not waiting, 0 to 1. */
  eventLoopUtilization: figure,
});
export type ServerSpan = z.infer<typeof serverSpanSchema>;
