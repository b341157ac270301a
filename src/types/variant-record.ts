import { z } from 'zod';
import { blockSchema } from './block-record.ts';
import { estimateSchema, latencySchema } from './estimate.ts';
import { nameFiguresSchema } from './name-figures.ts';
import { openLoopSummarySchema } from './open-loop.ts';
import { nativeThreadsSchema } from './spans.ts';
import { traceRecordSchema } from './trace-record.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/** A block far from the others of its variant, after Tukey: kept, and marked. */
const outlierSchema = z.strictObject({
  round: z.int().positive(),
  /** On a schedule the mean response time. */
  wallMs: z.number(),
  kind: z.enum(['mild', 'severe']),
  side: z.enum(['low', 'high']),
});

const variantSummarySchema = z.strictObject({
  blocks: z.int().positive(),
  wallMs: estimateSchema,
  /** Against the first variant of the run, paired within each round; null for lack of pairs. */
  speedup: estimateSchema.nullable(),
  jobsPerSecond: z.number(),
  latencyMs: latencySchema,
  /** Null for a closed loop. */
  open: openLoopSummarySchema.nullable(),
  cpuMs: z.number().nullable(),
  /** Of it, outside the threads that run or hand out jobs. */
  nativeThreads: nativeThreadsSchema.nullable(),
  peakRssBytes: z.number().nullable(),
});

export const variantRecordSchema = z.strictObject({
  name: z.enum(VARIANT_NAMES),
  /** Threads that run jobs: 1 for the variants on the main thread. */
  threads: z.int().positive(),
  /** Jobs in flight at once, all threads together. */
  concurrency: z.int().positive(),
  /** Load the workload, start the threads, open the client, ms; apart from every block. */
  startupMs: z.number().nullable(),
  /** From spawning the runner until its first line ran, ms. */
  processStartMs: z.number().nullable(),
  state: z.enum(['pending', 'ready', 'lost']),
  lostReason: z.string().nullable(),
  warmups: z.array(blockSchema),
  blocks: z.array(blockSchema),
  outliers: z.array(outlierSchema),
  /** Null without a traced pass. */
  trace: traceRecordSchema.nullable(),
  /** Over completed blocks without failures; null if there is none. */
  summary: variantSummarySchema.nullable(),
  /**
   * Where `summary` is null: the same over all completed blocks, if fewer than 5% of their jobs failed. Latencies and
   * jobs/s are of the jobs that ended ok. To be shown, and nothing to be claimed from: it has no speedup.
   */
  summaryWithFailures: variantSummarySchema.nullable(),
  /** By name, those that took the most time first, at most 21 rows; none where all jobs have one name. */
  byName: z.array(nameFiguresSchema),
});
export type VariantRecord = z.infer<typeof variantRecordSchema>;
