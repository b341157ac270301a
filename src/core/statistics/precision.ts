import { logRatios, type Walls } from './log-ratio.ts';
import { medianInterval } from './median-interval.ts';
import { sortNumbers } from './quantile.ts';
import { minRoundsToClaim } from './sign-flip.ts';

/**
 * Stopping once an interval is narrow picks moments at which it is narrow by luck (Chow & Robbins, Annals of
 * Mathematical Statistics 36, 1965): after every round from the sixth on, the coverage of a 95%
 * interval falls to as little as 90% (`test/benchmarks/coverage.ts --choices`). Back to 93.7–96.6% by ten rounds before the first look,
 * looks a quarter of the rounds apart, and 96.5% intervals from the second look on.
 */
const FIRST_LOOK = 10;
const GROWTH = 1.25;
const LEVEL_AFTER_FIRST_LOOK = 0.965;

/** Rounds at the next look, given those at the last one (0: none yet) and the number of pairs compared. */
export function nextLook(rounds: number, comparisons = 1): number {
  return rounds === 0 ? Math.max(FIRST_LOOK, minRoundsToClaim(comparisons)) : Math.ceil(rounds * GROWTH);
}

/**
 * Confidence level of intervals after `looks` looks, for 95% coverage. `reached`: the run stopped at its target
 * precision; a run that stopped at its time limit keeps 95%.
 */
export function levelAfterLooks(looks: number, reached: boolean): number {
  return looks > 1 && reached ? LEVEL_AFTER_FIRST_LOOK : 0.95;
}

interface PrecisionLook {
  readonly reached: boolean;
  /**
   * Half the width of the widest interval, as a share of its figure: 0.02 is ±2%. Null while any figure has too
   * few rounds for an interval at this level.
   */
  readonly halfWidth: number | null;
  readonly level: number;
}

/**
 * Whether the intervals of all medians are within ±`precision` (0.02 for ±2%). `looks` counts this one.
 * @param figures per figure the logarithms of its values
 * @throws RangeError without any figure
 */
export function lookAtPrecision(
  figures: readonly (readonly number[])[],
  precision: number,
  looks: number,
): PrecisionLook {
  if (figures.length === 0) throw new RangeError('no figure to look at');
  const level = levelAfterLooks(looks, true);
  const halfWidths = figures.map((logs) => halfWidthOf(logs, level));
  if (halfWidths.some((each) => each === null)) return { reached: false, halfWidth: null, level };
  const halfWidth = Math.max(...(halfWidths as number[]));
  return { reached: halfWidth <= precision, halfWidth, level };
}

/** What a run of several variants has to know precisely: the ratio of each one's walls to those of the first. */
export function ratiosToFirst([first = [], ...others]: readonly Walls[]): number[][] {
  return others.map((other) => logRatios(first, other));
}

function halfWidthOf(logs: readonly number[], level: number): number | null {
  const interval = medianInterval(sortNumbers(logs), level);
  if (interval === null || interval.method === 'range') return null;
  return Math.expm1((interval.high - interval.low) / 2);
}
