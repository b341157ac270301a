import { bisect } from './bisect.ts';
import { middleOf, type SortedNumbers, sortNumbers } from './quantile.ts';

/** Shares of its wealth that a bettor stakes on the next round; the mean over all of them is one bettor more. */
const STAKES = [0.1, 0.2, 0.35, 0.5, 0.7, 0.95];
/** Scores are clipped at this many median absolute deviations: 1.35 standard deviations of normal noise. */
const CLIP = 2;
/** In the first rounds the scatter is unknown, so only signs count. */
const SCATTER_FROM = 4;
const BISECTIONS = 30;

export interface SequenceInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Probability that no interval of the sequence misses the centre. */
  readonly level: number;
  /** `range`: too few values for that level: smallest to largest, `level` says what that is worth. */
  readonly method: 'sequence' | 'range';
}

/**
 * Interval of the centre of symmetric noise that may be looked at after every round: with probability `level` it
 * holds the centre at all of them. A confidence sequence by betting (Waudby-Smith & Ramdas, "Estimating Means of
 * Bounded Random Variables by Betting", JRSS B 86, 2024; Ville's inequality): for each candidate one bettor stakes on
 * the next round lying above it, one below. If the candidate is the centre, the games are fair, and each wealth
 * reaches 2/(1 − level) with at most half the remaining probability. The interval has the candidates that no bettor's
 * wealth rejects. A round's score is its distance from the candidate in units of the scatter before it, clipped at ±1
 * (Huber): its mean is 0 for any noise that is symmetric given the past, as log-ratios of trials in random order are.
 * Null: no values.
 */
export function confidenceSequence(values: readonly number[], level = 0.95): SequenceInterval | null {
  if (!(level > 0 && level < 1)) throw new RangeError(`level: ${level}`);
  const sorted = sortNumbers(values);
  if (sorted.length === 0) return null;
  const estimate = middleOf(sorted);
  const enough = 2 / (1 - level);
  const most = unanimousWealth(values.length);
  if (most < enough) {
    const [low, high] = [sorted[0]!, sorted[sorted.length - 1]!];
    return { estimate, low, high, level: Math.max(0, 1 - 2 / most), method: 'range' };
  }
  const scatters = scattersBefore(values);
  const end = (side: 1 | -1): number => {
    const rich = (at: number) => wealthAgainst(values, scatters, at, side) >= enough;
    if (rich(estimate)) return estimate;
    // The last candidate that is rejected, seen from afar.
    return bisect(estimate, farFrom(sorted, scatters, side), BISECTIONS, rich).within;
  };
  return { estimate, low: end(1), high: end(-1), level, method: 'sequence' };
}

/**
 * Two-sided p-value for a centre of 0 that may be looked at after every round (Shafer and others, "Test Martingales,
 * Bayes Factors and p-Values", Statistical Science 26, 2011): 1 ÷ the greatest mean wealth of the two bettors so far.
 */
export function anytimePValue(values: readonly number[]): number {
  const scatters = scattersBefore(values);
  const above: number[] = [];
  wealthAgainst(values, scatters, 0, 1, (wealth) => above.push(wealth));
  let [least, round] = [1, 0];
  wealthAgainst(values, scatters, 0, -1, (below) => {
    least = Math.min(least, 2 / (above[round++]! + below));
  });
  return least;
}

/** Fewest rounds of which all on one side give an interval of that level. */
export function minRoundsForSequence(level = 0.95): number {
  let rounds = 1;
  while (unanimousWealth(rounds) < 2 / (1 - level)) rounds++;
  return rounds;
}

/** Below, or above, all values by more than any score still counts. */
function farFrom(sorted: SortedNumbers, scatters: readonly number[], side: 1 | -1): number {
  const beyond = Math.max(...scatters) + Number.EPSILON * Math.max(1, Math.abs(sorted[0]!));
  return side === 1 ? sorted[0]! - beyond : sorted[sorted.length - 1]! + beyond;
}

/** Of each value the clipping distance that the values before it give; 0: its sign counts alone. */
function scattersBefore(values: readonly number[]): number[] {
  return values.map((_, round) => {
    if (round < SCATTER_FROM) return 0;
    const before = sortNumbers(values.slice(0, round));
    const centre = middleOf(before);
    return CLIP * middleOf(sortNumbers(Float64Array.from(before, (value) => Math.abs(value - centre))));
  });
}

/** What the bettor on one side of a candidate has, in the mean over the stakes; `each` gets it after every round. */
function wealthAgainst(
  values: readonly number[],
  scatters: readonly number[],
  at: number,
  side: 1 | -1,
  each?: (wealth: number) => void,
): number {
  const wealths = STAKES.map(() => 1);
  let mean = 1;
  for (let round = 0; round < values.length; round++) {
    const distance = side * (values[round]! - at);
    const scatter = scatters[round]!;
    const score = scatter === 0 ? Math.sign(distance) : Math.max(-1, Math.min(1, distance / scatter));
    let sum = 0;
    for (let stake = 0; stake < STAKES.length; stake++) {
      wealths[stake]! *= 1 + STAKES[stake]! * score;
      sum += wealths[stake]!;
    }
    mean = sum / STAKES.length;
    each?.(mean);
  }
  return mean;
}

/** The highest wealth that `rounds` rounds can reach: all of them on one side. */
function unanimousWealth(rounds: number): number {
  return STAKES.reduce((sum, stake) => sum + (1 + stake) ** rounds, 0) / STAKES.length;
}
