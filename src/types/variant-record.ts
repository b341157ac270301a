import { z } from 'zod';
import { blockSchema } from './block-record.ts';
import { estimateSchema, latencySchema } from './estimate.ts';
import { FOLDER_LIMITS, LIMITS } from './limits.ts';
import { figure, wholeWithin } from './numbers.ts';
import { openLoopSummarySchema } from './open-loop.ts';
import { OPTION_VALUES } from './option-values.ts';
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
  state: z.enum(['pending', 'ready', 'lost']),
  lostReason: z.string().nullable(),
  warmups: z.array(blockSchema).max(LIMITS.warmup),
  blocks: z.array(blockSchema).max(LIMITS.rounds),
  outliers: z.array(outlierSchema).max(LIMITS.rounds),
  /** Null without a traced pass. */
  trace: traceRecordSchema.nullable(),
  /** Over completed blocks without failures; null if there is none. */
  summary: z
    .strictObject({
      blocks: OPTION_VALUES.rounds,
      wallMs: estimateSchema,
      /** Against the first variant of the run, paired within each round; null for lack of pairs. */
      speedup: estimateSchema.nullable(),
      jobsPerSecond: figure,
      latencyMs: latencySchema,
      /** Null for a closed loop. */
      open: openLoopSummarySchema.nullable(),
      cpuMs: figure.nullable(),
      peakRssBytes: figure.nullable(),
    })
    .nullable(),
});
export type VariantRecord = z.infer<typeof variantRecordSchema>;
