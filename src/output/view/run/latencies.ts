import {
  distributionSteps,
  type PercentilePoint,
  percentileCurve,
  type Step,
} from '../../../core/statistics/distribution.ts';
import { supportedPercentile } from '../../../core/statistics/percentile-support.ts';
import type { SortedNumbers } from '../../../core/statistics/quantile.ts';
import type { VariantName } from '../../../core/variants.ts';

export const TABLE_PERCENTS = [1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99] as const;

/** More would fall into the same pixel. */
const MAX_STEPS = 250;
const CURVE_POINTS = 120;

/** How the times of one variant's jobs are distributed, ms. Small, however many jobs there were. */
export interface LatencySeries {
  /** Times that it was made of. */
  readonly times: number;
  /** Least and greatest of all jobs, also where only a part of them was looked at. */
  readonly least: number;
  readonly greatest: number;
  readonly steps: readonly Step[];
  /** Percentiles that the number of times supports; empty if none. */
  readonly curve: readonly PercentilePoint[];
  /** At `TABLE_PERCENTS`; null with too few times. */
  readonly percentiles: readonly (number | null)[];
}

export interface VariantLatencies {
  readonly variant: VariantName;
  /** Trials that count and whose rows were there, those whose rows were not, and those that were not looked at. */
  readonly trials: number;
  readonly missing: number;
  readonly leftOut: number;
  /** Whether only a part of the jobs of those trials was looked at. */
  readonly sampled: boolean;
  /** From start to end; null where no rows were there. */
  readonly service: LatencySeries | null;
  /** On a schedule: from the intended start to the end. */
  readonly response: LatencySeries | null;
}

/** Of at least one time. None is below `least` or above `greatest`. */
export function latencySeries(sorted: SortedNumbers, least: number, greatest: number): LatencySeries {
  return {
    times: sorted.length,
    least,
    greatest,
    steps: distributionSteps(sorted, MAX_STEPS),
    curve: percentileCurve(sorted, CURVE_POINTS),
    percentiles: TABLE_PERCENTS.map((percent) => supportedPercentile(sorted, percent)),
  };
}
