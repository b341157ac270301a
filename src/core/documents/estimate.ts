import { z } from 'zod';
import { figure } from './numbers.ts';

/**
 * A number with its spread. `method`: quartiles of the rounds; a confidence interval at `level`; or the range of the
 * rounds, and what that is worth as such.
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

/** A number with its 95% interval. */
export const intervalSchema = z.strictObject({ estimate: figure, low: figure, high: figure });
export type Interval = z.infer<typeof intervalSchema>;

/** Jobs per second, from the time that all `jobs` take, ms. */
export function jobsPerSecond<T extends Interval>(ms: T, jobs: number): T {
  const rate = (value: number) => (1_000 * jobs) / value;
  return { ...ms, estimate: rate(ms.estimate), low: rate(ms.high), high: rate(ms.low) };
}

/** Ends are interpolated between equal values at times, which rounds. */
const ROUNDING = 1e-9;

export function holdsEstimate({ estimate, low, high }: Interval): boolean {
  const rounding = ROUNDING * Math.abs(estimate);
  return low <= estimate + rounding && high >= estimate - rounding;
}

/** Percentiles over jobs, ms. Null: too few jobs (p99 wants 1,000, p99.9 10,000; p90 is given from 10 on). */
export const latencySchema = z.strictObject({
  p50: figure.nullable(),
  p90: figure.nullable(),
  p99: figure.nullable(),
  p999: figure.nullable(),
  max: figure.nullable(),
});
export type LatencySummary = z.infer<typeof latencySchema>;
