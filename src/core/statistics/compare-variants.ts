import type { ComparisonRecord } from '../documents/run-record.ts';
import { holm } from './holm.ts';
import { exponentials, logRatios, type Walls } from './log-ratio.ts';
import { type MedianInterval, medianInterval } from './median-interval.ts';
import { mayDenyDifference } from './min-effect.ts';
import { minimumDetectableEffect } from './minimum-detectable-effect.ts';
import { sortNumbers } from './quantile.ts';
import { createRandom } from './random.ts';
import { minRoundsToClaim, type SignFlipTest, signFlipTest } from './sign-flip.ts';

const ALPHA = 0.05;

export interface VariantWalls<N extends string = string> {
  readonly name: N;
  /** Of comparable trials, in any one unit. */
  readonly walls: Walls;
}

interface CompareOptions {
  readonly seed: number;
  /** Of the intervals; `levelAfterLooks` when rounds were added for the sake of precision. */
  readonly level?: number;
}

/** A row of run.json, of variants with names of any kind. */
export type PairComparison<N extends string = string> = Omit<ComparisonRecord, 'a' | 'b'> & {
  readonly a: N;
  readonly b: N;
};

interface Pair<N extends string> {
  readonly a: N;
  readonly b: N;
  readonly ratios: readonly number[];
  readonly interval: MedianInterval | null;
  readonly test: SignFlipTest | null;
}

/**
 * Compares every pair of variants (the first is `a`) by round. `faster` or `slower`: the 95% interval of the median
 * ratio leaves out 1, the sign-flip test after Holm's correction is ≤ 5%, and both lean the same way: the test
 * protects the table from false alarms, the interval from a claim about a tail. `no-difference`: neither, and 10%
 * would have been detected. Else `inconclusive`.
 * @throws RangeError for a wall that isn't a positive number
 */
export function compareVariants<N extends string>(
  variants: readonly VariantWalls<N>[],
  options: CompareOptions,
): PairComparison<N>[] {
  const { seed, level = 0.95 } = options;
  const pairs = variants.flatMap((a, index) =>
    variants.slice(index + 1).map((b) => examine(a, b, seed, level)),
  );
  const tested = pairs.filter(({ test }) => test !== null);
  const adjusted = holm(tested.map(({ test }) => test!.pValue));
  const pHolm = new Map(tested.map((pair, index) => [pair, adjusted[index]!]));
  const minRounds = minRoundsToClaim(Math.max(1, tested.length), ALPHA);
  return pairs.map((pair) => {
    const { a, b, ratios, interval, test } = pair;
    const p = pHolm.get(pair) ?? 1;
    const effect = minimumDetectableEffect(ratios, tested.length);
    return {
      a,
      b,
      rounds: ratios.length,
      ratio: interval && { ...interval, ...exponentials(interval) },
      test: test && { pValue: test.pValue, pHolm: p, method: test.method },
      minimumDetectableEffect: effect,
      ...judge(pair, p <= ALPHA, minRounds, effect),
      minRounds,
    };
  });
}

/** Each pair starts from the same seed, so that no pair's figures depend on which others were compared. */
function examine<N extends string>(
  a: VariantWalls<N>,
  b: VariantWalls<N>,
  seed: number,
  level: number,
): Pair<N> {
  const ratios = logRatios(a.walls, b.walls);
  return {
    a: a.name,
    b: b.name,
    ratios,
    interval: medianInterval(sortNumbers(ratios), level),
    test: ratios.length === 0 ? null : signFlipTest(ratios, createRandom(seed)),
  };
}

function judge(
  { interval, test, ratios }: Pair<string>,
  significant: boolean,
  minRounds: number,
  effect: number | null,
): Pick<PairComparison, 'verdict' | 'reason'> {
  if (interval === null || test === null || interval.method === 'range' || ratios.length < minRounds) {
    return { verdict: 'inconclusive', reason: 'too-few-rounds' };
  }
  const leans = interval.low > 0 ? 1 : interval.high < 0 ? -1 : 0;
  if (leans === 0 && !significant) {
    return mayDenyDifference(effect)
      ? { verdict: 'no-difference', reason: null }
      : { verdict: 'inconclusive', reason: 'too-noisy' };
  }
  if (leans === 0 || !significant || leans !== test.direction) {
    return { verdict: 'inconclusive', reason: 'interval-and-test-disagree' };
  }
  return { verdict: leans > 0 ? 'faster' : 'slower', reason: null };
}
