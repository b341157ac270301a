import { z } from 'zod';
import { FOLDER_LIMITS, LIMITS } from '../limits.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { BREAKDOWN_PARTS, type BreakdownPart, PHASES, QUEUE_PARTS } from './breakdown.ts';
import { estimateSchema } from './estimate.ts';
import { amount, count, figure, positive, wholeWithin } from './numbers.ts';
import { nativeThreadsSchema, threadNumber } from './trial-record.ts';

const breakdownSchema = z.strictObject(
  Object.fromEntries(BREAKDOWN_PARTS.map((name) => [name, amount])) as Record<BreakdownPart, z.ZodNumber>,
);
export type Breakdown = z.infer<typeof breakdownSchema>;

/** What can set the pace of a variant; the last two on a queue only. `server` is that of the requests. */
export const BOTTLENECK_CAUSES = ['waiting', 'cpu', 'server', 'coordinator', 'queueServer'] as const;

/** The shortest wall time that perfect overlap could reach, ms, and what keeps it from being shorter. */
export const bottleneckSchema = z.strictObject({
  /** The first of `causes`, or `mixed` where there are several. */
  kind: z.enum([...BOTTLENECK_CAUSES, 'mixed']),
  /** The largest term first, then those of at least two thirds of it. */
  causes: z.array(z.enum(BOTTLENECK_CAUSES)).min(1).max(BOTTLENECK_CAUSES.length),
  /** The largest of the terms in ms, and which of them that is. */
  idealMs: positive,
  idealOf: z.enum(BOTTLENECK_CAUSES),
  /** `idealMs` divided by the variant's median wall time: 1 is perfect. */
  efficiency: figure,
  /**
   * The longest single job, or all of them one after another in as many chains as the concurrency, whichever is
   * longer. Without the time in which their thread waited for a CPU.
   */
  waitingMs: figure,
  waitingOf: z.enum(['longest-job', 'chain']),
  /** Share of the jobs' time in which they waited, off the CPU, 0 to 1. Below a half the cause is CPU. */
  waitingShare: figure,
  /** The largest of what CPU takes, as far as it can be used in parallel; with a CPU limit, within it. */
  cpuMs: figure,
  /**
   * Whose CPU that is: of the threads that run jobs; of the runner and the embedded server together, on all CPUs
   * that the run could use; of libuv's thread pool; or of the threads of a queue's workers that run no jobs.
   */
  cpuOf: z.enum(['threads', 'machine', 'libuv', 'queue-clients']),
  /**
   * The plan at the embedded server's ceiling, or at what it answered where a variant kept it busy for over 90% of
   * the time, whichever is slower; null where neither is known.
   */
  serverMs: figure.nullable(),
  /** CPU of the thread that hands out the jobs, and of the queue server, which has one; left out without a queue. */
  coordinatorMs: figure.optional(),
  queueServerMs: figure.optional(),
  /**
   * Whose jobs' times `waitingMs` is taken from: the variant of the lowest concurrency. At concurrency 1 those of
   * its timed trials; else of its traced one as much as is certainly theirs, so that the ideal may be too low.
   */
  reference: z.enum(VARIANT_NAMES),
});
export type Bottleneck = z.infer<typeof bottleneckSchema>;

/** CPU of one job: as it is, and from which on worker threads should be faster than the event loop: an estimate, ms. */
export const crossoverSchema = z.strictObject({
  nowMs: figure,
  atMs: positive,
  /**
   * Why the estimate is no use on this machine, or in this run: fewer than 1.5 CPUs are available; `--workers 1`;
   * other programs left fewer than 1.5 CPUs; all jobs take about as long (`jobs-in-step`). Null if the estimate is shown.
   */
  withheld: z.enum(['one-cpu', 'one-worker', 'cpu-taken', 'jobs-in-step']).nullable(),
});
export type Crossover = z.infer<typeof crossoverSchema>;

/** Ways that the jobs' data goes between threads. */
export const HOPS = ['main-to-worker', 'worker-to-main'] as const;

/** Messages with the jobs' data: tasks and their results, one way. */
const hopSchema = z.strictObject({
  hop: z.enum(HOPS),
  messages: count,
  /** Of them with an ArrayBuffer that was transferred, and the bytes of those. */
  transferred: count,
  transferredBytes: figure,
  /** Copied by structured clone, from a sample of the messages; a view counts with all of its ArrayBuffer. */
  copiedBytes: figure,
  /** CPU of the sending thread, all messages by a sample, ms; by the clock where the system does not tell. */
  serialiseMs: figure,
  /**
   * CPU of the receiving thread, ms: an estimate from a sample that was received once more. Nearly all of the time for
   * objects and strings, about a quarter for a large Buffer.
   */
  deserialiseMs: figure,
  /** CPU of the main thread for as many messages that hold next to nothing, ms: what moving less would cost it. */
  smallMainMs: figure,
  /** Of the messages with one job: from before it was posted until the receiver had it, ms. */
  underWayMs: z.strictObject({ p50: figure, p90: figure, max: figure }).nullable(),
});
export type Hop = z.infer<typeof hopSchema>;

const movedSchema = z.strictObject({
  hops: z.array(hopSchema).length(HOPS.length),
  /** What it took the threads to find this out, all of them together, ms. */
  ownMs: figure,
});
export type Moved = z.infer<typeof movedSchema>;

/** What a traced pass says of a variant. Its figures are of traced trials: never timings. */
export const traceRecordSchema = z.strictObject({
  /** Pairs of a traced and a plain trial, in turn, after the timed rounds. */
  pairs: wholeWithin(1, LIMITS.rounds),
  /** Traced wall divided by plain wall (on a schedule: mean response times), over the pairs: what tracing costs. */
  overhead: estimateSchema,
  /** Wall of the traced trial that the figures below are of: the one in the middle, ms. */
  wallMs: figure,
  phases: z
    .array(
      z.strictObject({
        phase: z.enum(PHASES),
        /** Jobs that had this phase. */
        jobs: count,
        totalMs: figure,
        p50: figure.nullable(),
        p90: figure.nullable(),
        max: figure.nullable(),
      }),
    )
    .max(PHASES.length),
  /** Each thread's wall by what it went into, ms; the main thread first. */
  threads: z
    .array(
      z.strictObject({
        thread: threadNumber,
        breakdown: breakdownSchema,
        /** The most that V8's heap of the thread held in the trial, garbage included. */
        heapPeakBytes: figure,
      }),
    )
    .max(FOLDER_LIMITS.threads),
  nativeThreads: nativeThreadsSchema.nullable(),
  /**
   * libuv's pool, looked at every 20 ms: of several processes that one whose pool was full most. Null where the system
   * does not tell (anything but Linux).
   */
  uvPool: z
    .strictObject({
      threads: count,
      looks: count,
      /** Of them those that found every thread busy. */
      full: count,
      /** How long a trivial task that came then waited while the event loop had nothing to do, median, ms; null for none. */
      waitMs: figure.nullable(),
    })
    .nullable(),
  /** Data of the jobs that went between threads; null for a variant that has one thread. */
  moved: movedSchema.nullable(),
  bottleneck: bottleneckSchema.nullable(),
  /** Of the jobs of a queue: see QUEUE_PARTS. Left out without one. */
  queue: z
    .array(
      z.strictObject({ part: z.enum(QUEUE_PARTS), meanMs: amount, p50: amount, p90: amount, max: amount }),
    )
    .max(QUEUE_PARTS.length)
    .optional(),
});
export type TraceRecord = z.infer<typeof traceRecordSchema>;
