import { z } from 'zod';
import { ACCOUNT_PARTS, type AccountPart } from './account-parts.ts';
import { estimateSchema } from './estimate.ts';
import { PHASES } from './phase-names.ts';
import { nativeThreadsSchema } from './spans.ts';
import { VARIANT_NAMES } from './variant-names.ts';

const accountSchema = z.strictObject(
  Object.fromEntries(ACCOUNT_PARTS.map((name) => [name, z.number().nonnegative()])) as Record<
    AccountPart,
    z.ZodNumber
  >,
);
export type Account = z.infer<typeof accountSchema>;

/** The shortest wall that perfect overlap could reach, ms, and what keeps it from being shorter. */
const limitSchema = z.strictObject({
  wallMs: z.number().positive(),
  /** The greatest of the three below; CPU as well if that is `waitsMs` and most of it is computing. */
  binds: z.enum(['waits', 'cpu', 'server']),
  /**
   * The longest single job, or all of them one after another in as many chains as there are jobs in flight,
   * whichever is longer. Without the time in which their thread waited for a CPU.
   */
  waitsMs: z.number(),
  waitsOf: z.enum(['longest-job', 'chain']),
  /** Share of the jobs' time in which they waited, off the CPU, 0 to 1. */
  waitingShare: z.number(),
  /** The greatest of what CPU takes, as far as it can be used at once; with a CPU limit, within it. */
  cpuMs: z.number(),
  /**
   * Whose CPU that is: of the threads that run jobs; of the runner and the embedded server together, on all CPUs
   * that the run could use; or of libuv's thread pool.
   */
  cpuOf: z.enum(['threads', 'machine', 'libuv']),
  /**
   * The plan at the embedded server's ceiling, or at what it answered where a variant kept it busy for over 90% of
   * the time, whichever is slower; null where neither is known.
   */
  serverMs: z.number().nullable(),
  /** `wallMs` divided by the variant's typical timed wall: 1 is perfect. */
  efficiency: z.number(),
  /**
   * Whose jobs' times the waits are taken from: the variant with the fewest in flight. With one in flight those of
   * its timed blocks; else of its traced one as much as is certainly theirs, so that the limit may be too low.
   */
  reference: z.enum(VARIANT_NAMES),
});
export type Limit = z.infer<typeof limitSchema>;

/** CPU of one job: as it is, and from which on worker threads should be faster than the event loop: an estimate, ms. */
export const crossoverSchema = z.strictObject({
  nowMs: z.number(),
  atMs: z.number().positive(),
  /**
   * Why the estimate is no use on this machine, or in this run: fewer than 1.5 CPUs are available; `--workers 1`;
   * other programs left fewer than 1.5 CPUs. Null where it may be told.
   */
  withheld: z.enum(['one-cpu', 'one-worker', 'cpu-taken']).nullable(),
});
export type Crossover = z.infer<typeof crossoverSchema>;

/** What a traced pass says of a variant. Its figures are of traced blocks: never timings. */
export const traceRecordSchema = z.strictObject({
  /** Pairs of a traced and a plain block, in turn, after the timed rounds. */
  pairs: z.int().positive(),
  /** Traced wall divided by plain wall (on a schedule: mean response times), over the pairs: what tracing costs. */
  overhead: estimateSchema,
  /** Wall of the traced block that the figures below are of: the one in the middle, ms. */
  wallMs: z.number(),
  phases: z.array(
    z.strictObject({
      phase: z.enum(PHASES),
      /** Jobs that had this phase. */
      jobs: z.int().nonnegative(),
      totalMs: z.number(),
      p50: z.number().nullable(),
      p90: z.number().nullable(),
      max: z.number().nullable(),
    }),
  ),
  /** Each thread's wall by what it went into, ms; the main thread first. */
  threads: z.array(
    z.strictObject({
      thread: z.int().nonnegative(),
      account: accountSchema,
      /** The most that V8's heap of the thread held in the block, garbage included. */
      heapPeakBytes: z.number(),
    }),
  ),
  nativeThreads: nativeThreadsSchema.nullable(),
  limit: limitSchema.nullable(),
});
export type TraceRecord = z.infer<typeof traceRecordSchema>;
