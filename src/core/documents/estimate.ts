import { z } from 'zod';
import { figure } from './numbers.ts';

/**
 * A number with its spread. `method` says what low and high are: the quartiles of the rounds; the ends of an
 * interval that holds the true median with probability `level`; or the smallest and largest round, and what
 * that is worth as such an interval.
 */
export const estimateSchema = z.strictObject({
  estimate: figure,
  low: figure,
  high: figure,
  method: z.enum(['median-quartiles', 'hettmansperger-sheather', 'range']),
  /** Probability, 0 to 1; null for quartiles. */
  level: figure.nullable(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Ends are interpolated between equal values at times, which rounds. */
const ROUNDING = 1e-9;

export function holdsEstimate({ estimate, low, high }: Pick<Estimate, 'estimate' | 'low' | 'high'>): boolean {
  const rounding = ROUNDING * Math.abs(estimate);
  return low <= estimate + rounding && high >= estimate - rounding;
}

/**
 * Percentiles over jobs, ms. Null where the jobs are too few to support one: p99 wants 1,000 of them, p99.9
 * wants 10,000. p90 is also given below the 100 that would support it, from 10 on, for a first impression.
 */
export const latencySchema = z.strictObject({
  p50: figure.nullable(),
  p90: figure.nullable(),
  p99: figure.nullable(),
  p999: figure.nullable(),
  max: figure.nullable(),
});
export type LatencySummary = z.infer<typeof latencySchema>;
