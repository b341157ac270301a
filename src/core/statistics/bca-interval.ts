import { normalCdf, normalQuantile } from './normal.ts';
import { quantile, type SortedNumbers, sortNumbers } from './quantile.ts';
import type { Random } from './random.ts';

export interface BcaOptions {
  readonly random: Random;
  readonly level?: number;
  readonly resamples?: number;
  /** Takes the values of a resample in ascending order. The median unless said otherwise. */
  readonly statistic?: (ascending: SortedNumbers) => number;
  /** A known acceleration; left out, it is estimated by the jackknife, except that the median's is 0. */
  readonly acceleration?: number;
}

export interface BcaInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: 'bca';
  readonly resamples: number;
  /** z₀ and a of the papers. */
  readonly biasCorrection: number;
  readonly acceleration: number;
}

const median = (ascending: SortedNumbers): number => quantile(ascending, 0.5)!;

/**
 * Bias-corrected and accelerated bootstrap interval: Efron, "Better Bootstrap Confidence Intervals", JASA 82
 * (1987); DiCiccio & Efron, "Bootstrap Confidence Intervals", Statistical Science 11 (1996). Null for fewer
 * than two values.
 *
 * Resamples that equal the estimate count half below it: of a median of few rounds there are many, and
 * counting none of them would shift the interval.
 *
 * The median's acceleration is 0: a is a sixth of the skewness of the influence function (DiCiccio
 * & Efron, §6), which for a median takes only ±c, each half the time. Its jackknife would not estimate that:
 * leaving out one value at a time, it sees only the middle two or three (Efron & Tibshirani, An Introduction
 * to the Bootstrap, 1993, §11.6).
 *
 * For a median of few values prefer `medianInterval`, which says why.
 */
export function bcaInterval(values: ArrayLike<number>, options: BcaOptions): BcaInterval | null {
  const { random, level = 0.95, resamples = 10_000, statistic = median } = options;
  const count = values.length;
  if (count < 2) return null;
  const sorted = sortNumbers(values);
  const estimate = statistic(sorted);
  const acceleration = options.acceleration ?? (statistic === median ? 0 : jackknifed(sorted, statistic));
  const replicates = sortNumbers(replicate(sorted, statistic, resamples, random));

  let below = 0;
  for (let index = 0; index < resamples; index++) {
    if (replicates[index]! < estimate) below++;
    else if (replicates[index]! === estimate) below += 0.5;
  }
  // All on one side would send the correction to infinity; half a resample is the least that can be told.
  const share = Math.min(resamples - 0.5, Math.max(0.5, below)) / resamples;
  const biasCorrection = normalQuantile(share);
  const end = (z: number) => {
    const shifted = biasCorrection + z;
    return quantile(replicates, normalCdf(biasCorrection + shifted / (1 - acceleration * shifted)))!;
  };
  const z = normalQuantile((1 + level) / 2);
  return {
    estimate,
    low: end(-z),
    high: end(z),
    level,
    method: 'bca',
    resamples,
    biasCorrection,
    acceleration,
  };
}

/** Statistics of resamples with replacement, each of as many values as there are. */
function replicate(
  sorted: SortedNumbers,
  statistic: (ascending: SortedNumbers) => number,
  resamples: number,
  random: Random,
): Float64Array {
  const count = sorted.length;
  const times = new Uint32Array(count);
  const drawn = new Float64Array(count);
  return Float64Array.from({ length: resamples }, () => {
    // Counting how often each value is drawn yields the resample in order, without sorting it.
    times.fill(0);
    for (let draw = 0; draw < count; draw++) times[Math.floor(random() * count)]!++;
    let filled = 0;
    for (let index = 0; index < count; index++) {
      for (let copies = times[index]!; copies > 0; copies--) drawn[filled++] = sorted[index]!;
    }
    return statistic(drawn as unknown as SortedNumbers);
  });
}

/** A sixth of the skewness of what leaving out each value does to the statistic. */
function jackknifed(sorted: SortedNumbers, statistic: (ascending: SortedNumbers) => number): number {
  const values = Array.from(sorted);
  const without = values.map((_, left) => statistic(sortNumbers(values.filter((_value, at) => at !== left))));
  const mean = without.reduce((sum, value) => sum + value, 0) / without.length;
  const largest = Math.max(...without.map((value) => Math.abs(mean - value)));
  if (largest === 0) return 0;
  // Relative to the largest, so that neither power leaves what a number can hold.
  const pulls = without.map((value) => (mean - value) / largest);
  const squares = pulls.reduce((sum, pull) => sum + pull ** 2, 0);
  const cubes = pulls.reduce((sum, pull) => sum + pull ** 3, 0);
  return cubes / (6 * squares ** 1.5);
}
