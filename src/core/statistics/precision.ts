import { logRatios, type Walls } from './log-ratio.ts';
import { medianInterval } from './median-interval.ts';
import { sortNumbers } from './quantile.ts';
import { minRoundsToClaim } from './sign-flip.ts';

/**
 * Stopping as soon as the interval is narrow picks the moments at which it is narrow by luck, so that it
 * holds the truth less often than it says (Chow & Robbins, "On the Asymptotic Theory of Fixed-Width
 * Sequential Confidence Intervals", Annals of Mathematical Statistics 36, 1965; and Anscombe before them).
 * Measured by `test/benchmarks/coverage.ts --choices`: looking after every round from the sixth on, a 95%
 * interval holds it as rarely as 90% of the time. Three things bring it back to 93.7–96.6%: at least ten
 * rounds before the first look; few looks, each a quarter of the rounds later; and from the second look on
 * intervals at 96.5%, which, having stopped the run, hold the truth about as often as a 95% interval should.
 *
 * False alarms hardly change: rounds are added for lack of precision, whichever way they lean.
 */
const FIRST_LOOK = 10;
const GROWTH = 1.25;
const LEVEL_AFTER_FIRST_LOOK = 0.965;

/** Rounds at the next look, given those at the last one (0: none yet) and the number of pairs compared. */
export function nextLook(rounds: number, comparisons = 1): number {
  return rounds === 0 ? Math.max(FIRST_LOOK, minRoundsToClaim(comparisons)) : Math.ceil(rounds * GROWTH);
}

/**
 * The level at which to compute the intervals of a run that ended after so many looks, for them to hold the
 * truth in 95% of runs. `reached`: it ended because of the precision; what ends for lack of time is not
 * chosen for being narrow, and keeps 95%.
 */
export function levelAfterLooks(looks: number, reached: boolean): number {
  return looks > 1 && reached ? LEVEL_AFTER_FIRST_LOOK : 0.95;
}

export interface PrecisionLook {
  readonly reached: boolean;
  /**
   * Half the width of the widest interval, as a share of its figure: 0.02 is ±2%. Null while any figure has too
   * few rounds for an interval at this level.
   */
  readonly halfWidth: number | null;
  readonly level: number;
}

/**
 * Whether the intervals of the medians of all these figures are at most `precision` (0.02 for ±2%) wide on either
 * side. `looks` counts this one.
 *
 * @param figures one list per figure: the logarithms of its values, round by round
 * @throws RangeError without any figure: nothing would be precise at once
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
