import { bisect } from './bisect.ts';
import { mean } from './mean.ts';
import { medianInterval } from './median-interval.ts';
import { normalQuantile } from './normal.ts';
import { sortNumbers } from './quantile.ts';
import { clippedScores, minRoundsToClaim } from './sign-flip.ts';
import { studentQuantile } from './student-t.ts';

/** Few rounds give few distinct p-values, so that the test's true level is below its nominal one: measured. */
const COARSENESS = 1.05;

const ALPHA = 0.05;
const POWER = 0.8;

/**
 * The smallest true difference, percent of the wall, that such rounds would have shown in 80% of runs, with at most
 * 5% of runs claiming any pair falsely. Null: too few rounds. Bloom, "Minimum Detectable Effects", Evaluation Review
 * 19 (1995): t₁₋α/₂ + t₀.₈ standard errors, the greater of the test's and the interval's, as a claim takes both. With
 * the fewest rounds all must agree: Φ(δ/s)ⁿ = 80%. `test/benchmarks/coverage.ts` prints how often it is found.
 * @param comparisons pairs that Holm's correction is over
 */
export function minimumDetectableEffect(logRatios: readonly number[], comparisons = 1): number | null {
  const rounds = logRatios.length;
  const fewest = minRoundsToClaim(comparisons, ALPHA);
  const interval = medianInterval(sortNumbers(logRatios), 1 - ALPHA);
  if (interval === null || interval.method === 'range' || rounds < fewest) return null;

  const t = (p: number) => studentQuantile(p, rounds - 1);
  // Residuals about an estimate are too small by what the estimate took from them.
  const scale = Math.sqrt(rounds / (rounds - 1));
  const residuals = logRatios.map((value) => scale * (value - interval.estimate));
  const spread = Math.sqrt(mean(residuals.map((residual) => residual ** 2)));
  const errors = t(1 - ALPHA / comparisons / 2) + t(POWER);
  const isFound = (effect: number) => errorsAway(residuals, effect) >= errors;
  const byTest = COARSENESS * bisect(0, errors * spread, 24, isFound).within;
  const halfWidth = (interval.high - interval.low) / 2;
  const byInterval = halfWidth * (1 + t(POWER) / t(1 - ALPHA / 2));
  const unanimous = rounds === fewest ? spread * normalQuantile(POWER ** (1 / rounds)) : 0;
  return 100 * Math.expm1(Math.max(byTest, byInterval, unanimous));
}

/** How many standard errors the mean score is away from 0 if the true log-ratio is `effect`. */
function errorsAway(residuals: readonly number[], effect: number): number {
  const scores = clippedScores(residuals.flatMap((residual) => [effect + residual, effect - residual]));
  const center = mean(scores);
  const variance = mean(scores.map((score) => (score - center) ** 2));
  return variance === 0 ? Number.POSITIVE_INFINITY : center / Math.sqrt(variance / residuals.length);
}
