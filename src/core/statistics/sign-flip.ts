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
 * Sign-flip test of paired log-ratios: without a difference each round's sign could as well be reversed, so what was
 * seen is one of 2^n equally likely outcomes (Fisher, The Design of Experiments, 1935, §21). Exact for up to 20
 * rounds; above, the share among 20,000 random flips, never 0 (Phipson & Smyth, SAGMB 9, 2010). The statistic is the
 * sum of log-ratios, clipped at twice their median magnitude, which keeps the test exact (Maritz, Biometrika 66,
 * 1979). The plain sum is at most 5 points more powerful, but loses up to 40 with disturbed trials; signed ranks lose
 * up to 8 below 20 rounds (`test/benchmarks/coverage.ts --choices`). `clip` is the multiple.
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

/** Rounds below which even a unanimous result isn't significant after Holm's correction: n rounds give p ≥ 2 / 2^n. */
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
