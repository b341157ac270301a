import { supportedPercentiles } from './percentile-support.ts';
import { quantile, type SortedNumbers } from './quantile.ts';

/** The share of values, 0 to 1, that are at most `value`. */
export interface Step {
  readonly value: number;
  readonly share: number;
}

/**
 * Steps of the empirical distribution function. Above `most` values, steps are evenly spaced in rank: the drawn share
 * is off by at most 1/most.
 */
export function distributionSteps(sorted: SortedNumbers, most: number): Step[] {
  const count = sorted.length;
  const parts = Math.min(most, count);
  const steps: Step[] = count > parts ? [{ value: sorted[0]!, share: 1 / count }] : [];
  for (let part = 1; part <= parts; part++) {
    const rank = Math.ceil((part * count) / parts);
    const value = sorted[rank - 1]!;
    // Equal values are one step: the last rank counts.
    if (steps.at(-1)?.value === value) steps.pop();
    steps.push({ value, share: rank / count });
  }
  return steps;
}

export interface PercentilePoint {
  /** Greater than 0, less than 100. */
  readonly percent: number;
  readonly value: number;
}

/** How far out a percentile lies where each further nine is one step: 90% is 1, 99% is 2, as in HdrHistogram's plots. */
export function ninesOf(percent: number): number {
  return -Math.log10(1 - percent / 100);
}

/** The inverse. */
export function percentOfNines(nines: number): number {
  return 100 * (1 - 10 ** -nines);
}

/** Percentiles that the number of values supports, evenly spaced in nines. @param points at least two */
export function percentileCurve(sorted: SortedNumbers, points: number): PercentilePoint[] {
  const supported = supportedPercentiles(sorted.length);
  if (supported === null) return [];
  const [from, to] = [ninesOf(supported.low), ninesOf(supported.high)];
  return Array.from({ length: points }, (_, index) => {
    const percent = percentOfNines(from + ((to - from) * index) / (points - 1));
    return { percent, value: quantile(sorted, percent / 100)! };
  });
}
