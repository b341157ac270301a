import { median, quantile, sortNumbers } from './quantile.ts';
import { createRandom, type Random, shuffle } from './random.ts';

/** Where a series changes its level. */
interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  /** The first and the last index that it may be: a 95% interval. */
  readonly low: number;
  readonly high: number;
  /** Of the permutation test that nothing changed in the stretch where it was found. */
  readonly pValue: number;
}

/** No arrangement of fewer values is so rare that it could not be chance: of 7 the rarest has 2 in 35. */
export const MIN_FOR_CHANGE = 8;
/** Values of one level, at least: a single value is an outlier. */
const MIN_LEVEL = 2;
const PERMUTATIONS = 999;
const RESAMPLES = 499;
const SEED = 1;
/** Sums of the same values in another order differ by less. */
const ROUNDING = 1e-9;

/** Standard deviations from the median of a stretch: what is further out weighs no more. */
const FENCE = 5;
/** Standard deviations of normal noise in a median absolute deviation. */
export const PER_MAD = 1.4826;

/**
 * E-divisive of Matteson & James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data",
 * JASA 109 (2014), with the distance of means (their α = 2), as used on benchmarks by Daly and others, "The Use of
 * Change Point Detection to Identify Software Performance Regressions in a Continuous Integration System" (ICPE 2020):
 * a stretch is split where two neighbouring parts of it differ most, a permutation test says whether that can be
 * chance, and both sides are split again. Outliers are drawn in first (Winsorised). Each interval is the bootstrap
 * within both levels of Hušková & Kirch, Journal of Time Series Analysis 29 (2008).
 *
 * The values are assumed to be independent apart from changes of level: a slow drift is found as one or more changes.
 * @param values of the order of one, such as logarithms of walls
 * @param alpha chance to find anything in a series without a change; both sides of one that is found share it.
 */
export function changePoints(values: readonly number[], alpha = 0.05): ChangePoint[] {
  const random = createRandom(SEED);
  const found = divide(values, 0, values.length, alpha, random);
  return found.map(({ at, pValue }, index) => {
    const from = found[index - 1]?.at ?? 0;
    const to = found[index + 1]?.at ?? values.length;
    return { at, pValue, ...intervalOf(values.slice(from, at), values.slice(at, to), from, random) };
  });
}

type Found = Pick<ChangePoint, 'at' | 'pValue'>;

function divide(values: readonly number[], from: number, to: number, alpha: number, random: Random): Found[] {
  if (to - from < MIN_FOR_CHANGE) return [];
  const stretch = winsorised(values.slice(from, to));
  const { at, size } = split(stretch, MIN_LEVEL);
  if (size === 0) return [];
  const pValue = permutationPValue(stretch, size, alpha, random);
  if (pValue > alpha) return [];
  const middle = from + at;
  return [
    ...divide(values, from, middle, alpha / 2, random),
    { at: middle, pValue },
    ...divide(values, middle, to, alpha / 2, random),
  ];
}

/** Exact up to the number of permutations; ends as soon as it cannot be `alpha` or less any more. */
function permutationPValue(stretch: readonly number[], size: number, alpha: number, random: Random): number {
  const shuffled = [...stretch];
  // The smallest possible p-value is 1 ÷ permutations.
  const permutations = Math.max(PERMUTATIONS, Math.ceil(10 / alpha));
  let reached = 1;
  for (let each = 0; each < permutations && reached <= alpha * (permutations + 1); each++) {
    if (split(shuffle(shuffled, random), MIN_LEVEL).size >= size * (1 - ROUNDING)) reached++;
  }
  return reached / (permutations + 1);
}

/**
 * Where two neighbouring parts, of which the first begins the stretch, differ most.
 * @param leastEnd values that both have together at least; all of them: the second part ends the stretch.
 */
function split(stretch: readonly number[], leastEnd: number): { readonly at: number; readonly size: number } {
  const sums = new Float64Array(stretch.length + 1);
  for (const [index, value] of stretch.entries()) sums[index + 1] = sums[index]! + value;
  let [at, size] = [0, 0];
  for (let end = Math.max(leastEnd, 2 * MIN_LEVEL); end <= stretch.length; end++) {
    for (let middle = MIN_LEVEL; middle <= end - MIN_LEVEL; middle++) {
      const apart = sums[middle]! / middle - (sums[end]! - sums[middle]!) / (end - middle);
      const distance = (apart * apart * middle * (end - middle)) / end;
      if (distance > size + ROUNDING) [at, size] = [middle, distance];
    }
  }
  return { at, size };
}

function winsorised(values: readonly number[]): number[] {
  const middle = median(values) ?? 0;
  const reach = FENCE * PER_MAD * (median(values.map((value) => Math.abs(value - middle))) ?? 0);
  return reach === 0
    ? [...values]
    : values.map((value) => Math.min(Math.max(value, middle - reach), middle + reach));
}

function intervalOf(
  before: readonly number[],
  after: readonly number[],
  from: number,
  random: Random,
): Pick<ChangePoint, 'low' | 'high'> {
  const again = (level: readonly number[]): number[] =>
    level.map(() => level[Math.floor(random() * level.length)]!);
  const places = Array.from({ length: RESAMPLES }, () => {
    const stretch = [...again(before), ...again(after)];
    return split(stretch, stretch.length).at || before.length;
  });
  const sorted = sortNumbers(places);
  return {
    low: from + Math.min(before.length, Math.floor(quantile(sorted, 0.025)!)),
    high: from + Math.max(before.length, Math.ceil(quantile(sorted, 0.975)!)),
  };
}
