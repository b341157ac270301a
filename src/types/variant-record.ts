import { z } from 'zod';
import { blockSchema } from './block-record.ts';
import { estimateSchema, latencySchema } from './estimate.ts';
import { FOLDER_LIMITS, LIMITS } from './limits.ts';
import { nameFiguresSchema } from './name-figures.ts';
import { figure, wholeWithin } from './numbers.ts';
import { openLoopSummarySchema } from './open-loop.ts';
import { OPTION_VALUES } from './option-values.ts';
import { nativeThreadsSchema } from './spans.ts';
import { traceRecordSchema } from './trace-record.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/** A block far from the others of its variant, after Tukey: kept, and marked. */
const outlierSchema = z.strictObject({
  round: OPTION_VALUES.rounds,
  /** On a schedule the mean response time. */
  wallMs: figure,
  kind: z.enum(['mild', 'severe']),
  side: z.enum(['low', 'high']),
});

const variantSummarySchema = z.strictObject({
  blocks: OPTION_VALUES.rounds,
  wallMs: estimateSchema,
  /** Against the first variant of the run, paired within each round; null for lack of pairs. */
  speedup: estimateSchema.nullable(),
  jobsPerSecond: figure,
  latencyMs: latencySchema,
  /** Null for a closed loop. */
  open: openLoopSummarySchema.nullable(),
  cpuMs: figure.nullable(),
  /** Of it, outside the threads that run or hand out jobs. */
  nativeThreads: nativeThreadsSchema.nullable(),
  peakRssBytes: figure.nullable(),
});

export const variantRecordSchema = z.strictObject({
  name: z.enum(VARIANT_NAMES),
  /** Threads that run jobs: 1 for the variants on the main thread. */
  threads: wholeWithin(1, FOLDER_LIMITS.threads),
  /** Jobs in flight at once, all threads together. */
  concurrency: OPTION_VALUES.concurrency,
  /** Load the workload, start the threads, open the client, ms; apart from every block. */
  startupMs: figure.nullable(),
  /** From spawning the runner until its first line ran, ms. */
  processStartMs: figure.nullable(),
  /** `failed`: no job of its warm-up ended ok, so that no round of it was run. */
  state: z.enum(['pending', 'ready', 'lost', 'failed']),
  /** Of `lost` and `failed`. */
  lostReason: z.string().nullable(),
  warmups: z.array(blockSchema).max(LIMITS.warmup),
  blocks: z.array(blockSchema).max(LIMITS.rounds),
  outliers: z.array(outlierSchema).max(LIMITS.rounds),
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
  byName: z.array(nameFiguresSchema).max(FOLDER_LIMITS.namesWithRow + 1),
});
export type VariantRecord = z.infer<typeof variantRecordSchema>;
