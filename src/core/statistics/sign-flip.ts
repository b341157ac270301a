import { median } from './quantile.ts';
import type { Random } from './random.ts';

/** Up to here all 2^n flips are looked at. */
const EXACT_UP_TO = 20;
const MONTE_CARLO_FLIPS = 20_000;
const CLIP = 2;

export interface SignFlipTest {
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'monte-carlo';
  /** Flips compared with what was seen; of an exact test all 2^n. */
  readonly flips: number;
  /** Sign of the statistic: which way the rounds lean. */
  readonly direction: -1 | 0 | 1;
}

/**
 * Sign-flip test of paired log-ratios: if nothing sets the two variants apart, each round could as well have
 * come out with its sign reversed, so what was seen is one of 2^n equally likely outcomes (Fisher, The Design
 * of Experiments, 1935, §21). The p-value is the share of them at least as lopsided as what was seen: exact
 * for up to 20 rounds, whatever the noise's shape; above, the share among 20,000 random ones with what was
 * seen among them, never 0 (Phipson & Smyth, "Permutation P-values Should Never Be Zero", SAGMB 9, 2010).
 *
 * The statistic is the sum of the log-ratios, each clipped at twice their median magnitude. Magnitudes don't
 * change when signs do, so the test stays exact (Maritz, "A Note on Exact Robust Confidence Intervals for
 * Location", Biometrika 66, 1979). Measured by `test/benchmarks/coverage.ts --choices`: the plain sum is at
 * most 5 points more powerful (15 rounds of normal noise), but loses up to 40 where now and then a trial is
 * disturbed; signed ranks are as robust, but below 20 rounds they have too few distinct values, which after
 * Holm's correction costs up to 8 points. A median has fewer still. `clip` is the multiple; Infinity leaves
 * the sum plain.
 */
export function signFlipTest(values: readonly number[], random: Random, clip = CLIP): SignFlipTest {
  const scores = clippedScores(values, clip);
  const seen = scores.reduce((sum, score) => sum + score, 0);
  const total = scores.reduce((sum, score) => sum + Math.abs(score), 0);
  // Sums of the same numbers in another order differ in their last bits.
  const atLeast = Math.abs(seen) - 1e-10 * total;
  const direction = Math.abs(seen) <= 1e-10 * total ? 0 : seen > 0 ? 1 : -1;
  if (values.length <= EXACT_UP_TO) {
    const flips = 2 ** values.length;
    return { pValue: exact(scores, seen, atLeast), method: 'exact', flips, direction };
  }
  const pValue = monteCarlo(scores, atLeast, random);
  return { pValue, method: 'monte-carlo', flips: MONTE_CARLO_FLIPS, direction };
}

export function clippedScores(values: readonly number[], clip = CLIP): number[] {
  if (clip === Number.POSITIVE_INFINITY) return [...values];
  const limit = clip * (median(values.map(Math.abs)) ?? 0);
  return values.map((value) => Math.max(-limit, Math.min(limit, value)));
}

/**
 * Rounds below which even a unanimous result isn't significant after Holm's correction over `comparisons`
 * pairs: the smallest p-value of n rounds is 2 / 2^n.
 */
export function minRoundsToClaim(comparisons: number, alpha = 0.05): number {
  return Math.ceil(1 + Math.log2(comparisons / alpha));
}

/** The first sign stays, since every sum occurs with both signs; the others go through a Gray code. */
function exact(scores: readonly number[], seen: number, atLeast: number): number {
  const half = 2 ** Math.max(0, scores.length - 1);
  const signed = [...scores];
  let sum = seen;
  let extreme = 1;
  for (let step = 1; step < half; step++) {
    const flipped = 32 - Math.clz32(step & -step);
    sum -= 2 * signed[flipped]!;
    signed[flipped] = -signed[flipped]!;
    if (Math.abs(sum) >= atLeast) extreme++;
  }
  return extreme / half;
}

function monteCarlo(scores: readonly number[], atLeast: number, random: Random): number {
  let extreme = 0;
  for (let flip = 0; flip < MONTE_CARLO_FLIPS; flip++) {
    let sum = 0;
    let bits = 0;
    for (let index = 0; index < scores.length; index++) {
      if (index % 32 === 0) bits = Math.floor(random() * 4_294_967_296);
      sum += scores[index]! * (2 * (bits & 1) - 1);
      bits >>>= 1;
    }
    if (Math.abs(sum) >= atLeast) extreme++;
  }
  return (extreme + 1) / (MONTE_CARLO_FLIPS + 1);
}
