import { detectableShift } from './detectable-shift.ts';
import { holm } from './holm.ts';
import { mayDenyDifference } from './min-effect.ts';
import { type RankSumTest, rankSumTest, type Shift, shiftBetween, smallestPValue } from './rank-sum.ts';

/** Part of a difference with another cause, of which only the bounds are known: a claim must hold whatever it was. */
export interface Allowance {
  readonly low: number;
  readonly high: number;
}

const NONE: Allowance = { low: 0, high: 0 };

export interface Samples {
  /** Logarithms of what is compared: of walls, a difference is the logarithm of a ratio. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly allowance?: Allowance;
}

export interface SampleComparison {
  /** As a logarithm, its interval widened by the allowance; null if either sample is empty. */
  readonly shift: Shift | null;
  readonly test: (Omit<RankSumTest, 'direction'> & { readonly pHolm: number }) | null;
  /** Smallest increase that would have been detected, percent; null where none of any size could have been. */
  readonly minimumDetectableEffect: number | null;
  /** `up` if what came after is greater. */
  readonly verdict: 'up' | 'down' | 'no-difference' | 'inconclusive';
  readonly reason: 'too-few-rounds' | 'too-noisy' | 'not-after-correction' | null;
}

const ALPHA = 0.05;

/**
 * Compares two runs' trials variant by variant, as independent samples: Hodges–Lehmann shift, rank-sum test, Holm's
 * correction over the variants. `up` or `down`: test ≤ 5% and the interval leaves out no change. `no-difference`: it
 * holds no change, and an increase of 10% would have been detected. Else `inconclusive`.
 */
export function compareSamples(samples: readonly Samples[], level = 0.95): SampleComparison[] {
  const tests = samples.map(testOf);
  const tested = tests.filter((test) => test !== null);
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  const strict = ALPHA / Math.max(1, tested.length);
  return samples.map((each, index) => {
    const { before, after, allowance = NONE } = each;
    const shift = widenedShift(each, level);
    const test = tests[index] ?? null;
    const pHolm = test === null ? 1 : adjusted[tested.indexOf(test)]!;
    const possible = smallestPValue(before.length, after.length) <= strict;
    const detectable = possible ? detectableShift(before, after, strict) : null;
    const effect =
      detectable === null ? null : 100 * Math.expm1(detectable + Math.max(-allowance.low, allowance.high));
    return {
      shift,
      test: test && { pValue: test.pValue, method: test.method, pHolm },
      minimumDetectableEffect: effect,
      ...judge(shift, possible, pHolm <= ALPHA, effect),
    };
  });
}

/** The interval of `shiftBetween`, reaching as much further as it may have to. */
export function widenedShift({ before, after, allowance = NONE }: Samples, level: number): Shift | null {
  const shift = shiftBetween(before, after, level);
  return shift && { ...shift, low: shift.low - allowance.high, high: shift.high - allowance.low };
}

/** Of all shifts that the allowance may stand for, the test is of the one that fits best. */
function testOf({ before, after, allowance = NONE }: Samples): RankSumTest | null {
  const estimate = shiftBetween(before, after)?.estimate;
  if (estimate === undefined) return null;
  const nearest = Math.min(allowance.high, Math.max(allowance.low, estimate));
  if (nearest === 0) return rankSumTest(before, after);
  const moved = before.map((value) => value + nearest);
  return nearest === estimate
    ? { ...rankSumTest(moved, after), pValue: 1, direction: 0 }
    : rankSumTest(moved, after);
}

function judge(
  shift: Shift | null,
  possible: boolean,
  significant: boolean,
  effect: number | null,
): Pick<SampleComparison, 'verdict' | 'reason'> {
  if (shift === null || shift.method === 'range' || !possible) {
    return { verdict: 'inconclusive', reason: 'too-few-rounds' };
  }
  const leans = shift.low > 0 ? 1 : shift.high < 0 ? -1 : 0;
  if (leans === 0) {
    return mayDenyDifference(effect)
      ? { verdict: 'no-difference', reason: null }
      : { verdict: 'inconclusive', reason: 'too-noisy' };
  }
  if (!significant) return { verdict: 'inconclusive', reason: 'not-after-correction' };
  return { verdict: leans > 0 ? 'up' : 'down', reason: null };
}
