import { normalCdf, normalQuantile } from './normal.ts';
import { type SortedNumbers, sortNumbers } from './quantile.ts';

/**
 * Up to this product of the sizes the distribution is counted out, in tens of milliseconds; beyond, the normal one is
 * good.
 */
const EXACT_UP_TO = 2_500;

export interface Shift {
  /** Hodges–Lehmann: the median of all differences `after` − `before`. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Probability that the interval holds the true shift, at least as asked for; less for `range`. */
  readonly level: number;
  /** `range`: too few values for the level asked for, so that low and high are the extreme differences. */
  readonly method: 'exact' | 'normal' | 'range';
}

/**
 * By how much the second of two independent samples is shifted: Hodges & Lehmann, Annals of Mathematical Statistics 34
 * (1963), with Moses' interval, as in Hollander, Wolfe & Chicken, Nonparametric Statistical Methods, 3rd ed. (2014),
 * 4.2 and 4.3. Assumes one shape of both distributions. With ties it errs on the wide side. Null if either is empty.
 */
export function shiftBetween(
  before: readonly number[],
  after: readonly number[],
  level = 0.95,
): Shift | null {
  if (!(level > 0 && level < 1)) throw new RangeError(`level: ${level}`);
  const n = before.length;
  const m = after.length;
  if (n === 0 || m === 0) return null;
  const [xs, ys] = [sortNumbers(before), sortNumbers(after)];
  const { rank, reached, method } = endOfInterval(n, m, level);
  const half = Math.floor((n * m) / 2);
  const above = differenceAt(xs, ys, half + 1);
  return {
    estimate: (n * m) % 2 === 1 ? above : (differenceAt(xs, ys, half) + above) / 2,
    low: differenceAt(xs, ys, rank),
    high: differenceAt(xs, ys, n * m - rank + 1),
    level: reached,
    method: reached < level ? 'range' : method,
  };
}

/** The difference y − x of this rank, 1-based, without making all n·m: halves the range between the extremes. */
function differenceAt(xs: SortedNumbers, ys: SortedNumbers, rank: number): number {
  let low = ys[0]! - xs[xs.length - 1]!;
  let high = ys[ys.length - 1]! - xs[0]!;
  if (countUpTo(xs, ys, low) >= rank) return low;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (countUpTo(xs, ys, middle) >= rank) high = middle;
    else low = middle;
  }
}

/** How many differences are not above a limit: the further along x, the more y. */
function countUpTo(xs: SortedNumbers, ys: SortedNumbers, limit: number): number {
  let count = 0;
  let below = 0;
  for (let i = 0; i < xs.length; i++) {
    while (below < ys.length && ys[below]! - xs[i]! <= limit) below++;
    count += below;
  }
  return count;
}

/**
 * Which of the n·m differences, from either end, bounds an interval of this level, 1-based, and the level reached
 * (less only at rank 1), by the duality of test and interval.
 */
export function endOfInterval(n: number, m: number, level: number): EndOfInterval {
  const key = `${n} ${m} ${level}`;
  const end = ends.get(key) ?? findEnd(n, m, level);
  ends.set(key, end);
  return end;
}

interface EndOfInterval {
  readonly rank: number;
  readonly reached: number;
  readonly method: 'exact' | 'normal';
}

/** A comparison asks for the same ends many times, and each takes up to tens of milliseconds. */
const ends = new Map<string, EndOfInterval>();

function findEnd(n: number, m: number, level: number): EndOfInterval {
  if (n * m > EXACT_UP_TO) {
    const sd = Math.sqrt((n * m * (n + m + 1)) / 12);
    const rank = Math.max(1, Math.floor((n * m) / 2 + 0.5 + normalQuantile((1 - level) / 2) * sd));
    const below = normalCdf((rank - 0.5 - (n * m) / 2) / sd);
    return { rank, reached: 1 - 2 * below, method: 'normal' };
  }
  const mass = distribution(
    Array.from({ length: n + m }, (_, index) => index + 1),
    Math.min(n, m),
  );
  let rank = 1;
  let below = mass[0]!;
  while (rank < mass.length / 2 && below + mass[rank]! <= (1 - level) / 2) below += mass[rank++]!;
  return { rank, reached: 1 - 2 * below, method: 'exact' };
}

export interface RankSumTest {
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
  /** Which way the second sample leans against the first. */
  readonly direction: -1 | 0 | 1;
}

/**
 * Wilcoxon's rank-sum test, that of Mann & Whitney (Hollander, Wolfe & Chicken, 4.1). Exact for up to 2,500 pairs,
 * ties included, by Streitberg & Röhmel, Statistical Software Newsletter 12 (1986); above, normal with corrections
 * for ties and continuity. Empty samples give 1.
 */
export function rankSumTest(before: readonly number[], after: readonly number[]): RankSumTest {
  const n = before.length;
  const m = after.length;
  if (n === 0 || m === 0) return { pValue: 1, method: 'exact', direction: 0 };
  const ranks = doubledMidranks([...before, ...after]);
  // Of the second sample; doubled, like its mean below: whole numbers, so that ties compare exactly.
  const seen = ranks.slice(n).reduce((sum, rank) => sum + rank, 0);
  const away = Math.abs(seen - m * (n + m + 1));
  const direction = away === 0 ? 0 : seen > m * (n + m + 1) ? 1 : -1;
  if (n * m > EXACT_UP_TO) return { pValue: approximate(ranks, n, m, away), method: 'normal', direction };
  const scores = ranks.every((rank) => rank % 2 === 0) ? ranks.map((rank) => rank / 2) : ranks;
  const scale = scores === ranks ? 1 : 2;
  const size = Math.min(n, m);
  const least = sum(smallest(scores, size));
  let pValue = 0;
  distribution(scores, size).forEach((probability, index) => {
    if (Math.abs(scale * (least + index) - size * (n + m + 1)) >= away) pValue += probability;
  });
  return { pValue: Math.min(1, pValue), method: 'exact', direction };
}

/** The smallest two-sided p-value of samples of these sizes, without ties: all of one beyond all of the other. */
export function smallestPValue(n: number, m: number): number {
  let ways = 1;
  for (let k = 1; k <= Math.min(n, m); k++) ways *= (n + m - k + 1) / k;
  return Math.min(1, 2 / ways);
}

/** Probability of each sum of `size` of the scores, whole numbers; the first entry is that of the smallest sum. */
function distribution(scores: readonly number[], size: number): Float64Array {
  const sorted = [...scores].sort((a, b) => a - b);
  // Sums are counted from that of as many of the smallest scores, so that nothing is lost beyond `span`.
  const span = sum(sorted.slice(sorted.length - size)) - sum(sorted.slice(0, size));
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(span + 1));
  ways[0]![0] = 1;
  sorted.forEach((score, index) => {
    for (let chosen = Math.min(size, index + 1); chosen > 0; chosen--) {
      const from = ways[chosen - 1]!;
      const to = ways[chosen]!;
      const further = score - sorted[chosen - 1]!;
      for (let at = 0; at + further <= span; at++) to[at + further]! += from[at]!;
    }
  });
  const counts = ways[size]!;
  const total = counts.reduce((all, count) => all + count, 0);
  return counts.map((count) => count / total);
}

/** Twice the ranks of the values, 1-based; equal values share the mean of theirs. */
export function doubledMidranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let at = first; at < end; at++) ranks[order[at]!] = first + 1 + end;
    first = end;
  }
  return ranks;
}

function approximate(doubled: readonly number[], n: number, m: number, awayDoubled: number): number {
  const all = n + m;
  // Variance of a sum drawn without replacement; of equal ranks it is 0.
  const squares = sum(doubled.map((rank) => (rank / 2 - (all + 1) / 2) ** 2));
  const variance = (n * m * squares) / (all * (all - 1));
  if (variance === 0) return 1;
  return Math.min(1, 2 * normalCdf(-Math.max(0, awayDoubled / 2 - 0.5) / Math.sqrt(variance)));
}

function smallest(values: readonly number[], count: number): number[] {
  return [...values].sort((a, b) => a - b).slice(0, count);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
