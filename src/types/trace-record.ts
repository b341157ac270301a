import { z } from 'zod';
import { ACCOUNT_PARTS, type AccountPart } from './account-parts.ts';
import { estimateSchema } from './estimate.ts';
import { PHASES } from './phase-names.ts';
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
  binds: z.enum(['waits', 'cpu', 'server']),
  /**
   * Longest chain of jobs: the longest single one, or all of them one after another in as many chains as there
   * are jobs in flight.
   */
  waitsMs: z.number(),
  /**
   * CPU of the threads that run jobs, divided by how many of them can run at once; or, if that is longer, CPU of
   * the runner and the embedded server, divided by the CPUs of the machine.
   */
  cpuMs: z.number(),
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
  /** CPU of the process outside those threads (V8's and libuv's helpers), ms; null where unknown. */
  helperCpuMs: z.number().nullable(),
  limit: limitSchema.nullable(),
});
export type TraceRecord = z.infer<typeof traceRecordSchema>;
