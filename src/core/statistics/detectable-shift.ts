import { bisect } from './bisect.ts';
import { normalQuantile } from './normal.ts';
import { median, type SortedNumbers, sortNumbers } from './quantile.ts';
import { endOfInterval, shiftBetween } from './rank-sum.ts';
import { studentQuantile } from './student-t.ts';

const POWER = 0.8;

/**
 * The smallest true shift that samples this large and scattered would have shown in 80% of rank-sum tests at `alpha`.
 * Null if not even a complete separation is significant. Mean and variance of the statistic under a shift are taken
 * from the samples (Lehmann, Nonparametrics, 1975, section 2.3); the usual t₁₋α/₂ + t₀.₈ standard errors (Bloom,
 * "Minimum Detectable Effects", Evaluation Review 19, 1995) are a lower bound. `test/benchmarks/coverage.ts` prints
 * how often such a shift is found.
 */
export function detectableShift(
  before: readonly number[],
  after: readonly number[],
  alpha: number,
): number | null {
  const n = before.length;
  const m = after.length;
  if (n < 2 || m < 2) return null;
  const { rank, reached } = endOfInterval(n, m, 1 - alpha);
  if (reached < 1 - alpha) return null;
  const wanted = n * m - rank + 1;
  const xs = residuals(before);
  const ys = residuals(after);
  const z = normalQuantile(POWER);
  const enough = (shift: number): boolean => {
    const { mean, sd } = leaning(xs, ys, shift);
    return mean - z * sd >= wanted;
  };
  const least = bisect(0, xs[n - 1]! - ys[0]!, 40, enough).within;
  const interval = shiftBetween(before, after)!;
  const t = (p: number) => studentQuantile(p, n + m - 2);
  const error = (interval.high - interval.low) / 2 / normalQuantile((1 + interval.level) / 2);
  return Math.max(least, error * (t(1 - alpha / 2) + t(POWER)));
}

/** Residuals about an estimate are too small by what the estimate took from them. */
function residuals(values: readonly number[]): SortedNumbers {
  const center = median(values)!;
  const scale = Math.sqrt(values.length / (values.length - 1));
  return sortNumbers(values.map((value) => scale * (value - center)));
}

/** Pairs in which y + shift lies above x: mean and standard deviation of their number. */
function leaning(
  xs: SortedNumbers,
  ys: SortedNumbers,
  shift: number,
): { readonly mean: number; readonly sd: number } {
  const n = xs.length;
  const m = ys.length;
  const belowY: number[] = [];
  for (let j = 0, below = 0; j < m; j++) {
    while (below < n && xs[below]! < ys[j]! + shift) below++;
    belowY.push(below);
  }
  const aboveX: number[] = [];
  for (let i = 0, notAbove = 0; i < n; i++) {
    while (notAbove < m && ys[notAbove]! + shift <= xs[i]!) notAbove++;
    aboveX.push(m - notAbove);
  }
  const pairs = belowY.reduce((sum, count) => sum + count, 0);
  const one = pairs / (n * m);
  const two = (counts: readonly number[], of: number) =>
    counts.reduce((sum, count) => sum + count * (count - 1), 0) / (counts.length * of * (of - 1));
  const variance =
    n * m * (one * (1 - one) + (n - 1) * (two(belowY, n) - one ** 2) + (m - 1) * (two(aboveX, m) - one ** 2));
  return { mean: pairs, sd: Math.sqrt(Math.max(0, variance)) };
}
