import { normalCdf } from './normal.ts';
import { median } from './quantile.ts';

/** Above this the normal approximation is good to a few per mille. */
const EXACT_UP_TO = 50;
/** Of fewer trials even a strictly rising sequence has p > 5%. */
const MIN = 5;
/** All pairs are looked at: of more trials than this the medians of groups that follow each other stand for them. */
const MAX_VALUES = 1_000;

interface Trend {
  /** Theil–Sen: change per step. */
  readonly slope: number;
  /** Mann–Kendall, two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/**
 * Whether values, in their order, rise or fall: Mann, Econometrica 13 (1945); Kendall, Rank Correlation Methods (4th
 * ed. 1975), exact for up to 50 values without ties. By how much: Sen, JASA 63 (1968), so that a single disturbed
 * value doesn't bend it. Null for fewer than five. Values that wander slowly make it call out too.
 */
export function trend(values: readonly number[]): Trend | null {
  const count = values.length;
  if (count < MIN) return null;
  if (count > MAX_VALUES) {
    const size = Math.ceil(count / MAX_VALUES);
    const ofGroups = trend(mediansOfGroups(values, size))!;
    return { ...ofGroups, slope: ofGroups.slope / size };
  }
  const slopes: number[] = [];
  let score = 0;
  for (let later = 1; later < count; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = values[later]! - values[earlier]!;
      score += Math.sign(rise);
      slopes.push(rise / (later - earlier));
    }
  }
  const ties = tieSizes(values);
  const exact = count <= EXACT_UP_TO && ties.length === 0;
  const pValue = exact ? exactPValue(count, score) : normalPValue(count, score, ties);
  return { slope: median(slopes)!, pValue, method: exact ? 'exact' : 'normal' };
}

export interface Drift extends Omit<Trend, 'slope'> {
  /** Change of the wall from the first trial to the last, percent, from the slope of its logarithm. */
  readonly percent: number;
}

/** The trend of walls, in the order they were measured. Null for fewer than five trials. */
export function drift(walls: readonly number[]): Drift | null {
  const found = trend(walls.map(Math.log));
  if (found === null) return null;
  const { slope, pValue, method } = found;
  return { percent: 100 * Math.expm1(slope * (walls.length - 1)), pValue, method };
}

interface OrderedTrial {
  readonly variant: string;
  readonly wall: number;
}

/** Drift of the machine: trials of all variants in order, each relative to the median of its variant. */
export function driftOfRun(trials: readonly OrderedTrial[]): Drift | null {
  return drift(relativeToVariant(trials));
}

/** Walls as shares of the median of their variant, so that trials of all variants are on one scale. */
export function relativeToVariant(trials: readonly OrderedTrial[]): number[] {
  const medians = new Map(
    [...new Set(trials.map(({ variant }) => variant))].map((name) => [
      name,
      median(trials.flatMap(({ variant, wall }) => (variant === name ? [wall] : [])))!,
    ]),
  );
  return trials.map(({ variant, wall }) => wall / medians.get(variant)!);
}

function mediansOfGroups(values: readonly number[], size: number): number[] {
  return Array.from(
    { length: Math.ceil(values.length / size) },
    (_, group) => median(values.slice(group * size, (group + 1) * size))!,
  );
}

/** P(|S| ≥ |score|) when all orders are equally likely, from the number of orders with each count of inversions. */
function exactPValue(count: number, score: number): number {
  let shares = [1];
  for (let size = 2; size <= count; size++) {
    // The size-th value adds 0 to size − 1 inversions, each as likely.
    const next = new Array<number>(shares.length + size - 1).fill(0);
    shares.forEach((share, inversions) => {
      for (let added = 0; added < size; added++) next[inversions + added]! += share / size;
    });
    shares = next;
  }
  const pairs = (count * (count - 1)) / 2;
  return Math.min(
    1,
    shares.reduce(
      (sum, share, inversions) => (Math.abs(pairs - 2 * inversions) >= Math.abs(score) ? sum + share : sum),
      0,
    ),
  );
}

function normalPValue(count: number, score: number, ties: readonly number[]): number {
  const term = (size: number) => size * (size - 1) * (2 * size + 5);
  const variance = (term(count) - ties.reduce((sum, size) => sum + term(size), 0)) / 18;
  if (score === 0 || variance === 0) return 1;
  return 2 * normalCdf(-(Math.abs(score) - 1) / Math.sqrt(variance));
}

/** Sizes of the groups of equal values, of two and more. */
function tieSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].filter((size) => size > 1);
}

/** Eight that rise strictly: one order in 40,320. */
const MIN_FOR_GROWTH = 8;
/** Growth of the second half, as a share of the whole: a cache that fills up levels off, a leak does not. */
const GOES_ON = 0.5;

interface Growth {
  /** Per step: Theil–Sen. */
  readonly perStep: number;
  /** Mann–Kendall, two-sided. */
  readonly pValue: number;
}

/**
 * How values grow that rise by the Mann–Kendall test at `alpha`, and in their second half at least half as much per
 * step. Null if they don't, and for fewer than eight. `test/benchmarks/coverage.ts` prints its false alarms.
 */
export function steadyGrowth(values: readonly number[], alpha: number): Growth | null {
  if (values.length < MIN_FOR_GROWTH) return null;
  const all = trend(values)!;
  if (all.slope <= 0 || all.pValue > alpha) return null;
  const end = trend(values.slice(-Math.max(MIN, Math.ceil(values.length / 2))))!;
  return end.slope < GOES_ON * all.slope ? null : { perStep: all.slope, pValue: all.pValue };
}
