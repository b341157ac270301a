import { z } from 'zod';
import { estimateSchema, latencySchema } from './estimate.ts';
import { count, figure, positive } from './numbers.ts';

/**
 * A block whose jobs start on a schedule (`--rate`). Response time counts from the moment at which a job was
 * meant to start, so that a stall is charged to every job that it kept waiting; service time, `latencyMs` of the
 * block, counts from the moment at which it did.
 */
export const openLoopSchema = z.strictObject({
  responseMs: latencySchema,
  meanResponseMs: positive.nullable(),
  /** Actual start minus intended start, of all jobs that started. */
  latenessMs: latencySchema,
  /** Jobs a second that the schedule asked for, and that were started, from the first start to the last. */
  offeredPerSecond: figure,
  achievedPerSecond: figure.nullable(),
  /** Jobs that never started, because no lane became free within the time limit of a job after the last was due. */
  unsent: count,
});
export type OpenLoopSpan = z.infer<typeof openLoopSchema>;

/** The same over a variant's blocks: medians of what each of them says, the maxima over all of them. */
export const openLoopSummarySchema = openLoopSchema.omit({ unsent: true }).extend({
  /** What speedups are ratios of, with the quartiles of the rounds. */
  meanResponseMs: estimateSchema,
});
export type OpenLoopSummary = z.infer<typeof openLoopSummarySchema>;
