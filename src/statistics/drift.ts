import { normalCdf } from './normal.ts';
import { median } from './quantile.ts';

/**
 * Above this the normal approximation is good to a few per mille; among ties, which walls hardly have, less.
 */
const EXACT_UP_TO = 50;
/** Of fewer blocks even a strictly rising sequence has p > 5%. */
const FEWEST = 5;
/** All pairs are looked at: of more blocks than this the medians of groups that follow each other stand for them. */
const MOST = 1_000;

export interface Drift {
  /**
   * Change of the wall from the first block to the last, percent, from the Theil–Sen slope of its logarithm.
   */
  readonly percent: number;
  /** Mann–Kendall, two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/**
 * Whether walls, in the order they were measured, rise or fall: Mann, "Nonparametric Tests Against Trend",
 * Econometrica 13 (1945); Kendall, Rank Correlation Methods (4th ed. 1975), exact for up to 50 values without
 * ties, else normal with his corrections for ties and continuity. By how much: Sen, "Estimates of the
 * Regression Coefficient Based on Kendall's Tau", JASA 63 (1968), so that a disturbed block doesn't bend it.
 * Null for fewer than five blocks.
 *
 * The test takes blocks as independent. A machine that wanders slowly makes it call out too, and it should:
 * that is what the warning is about.
 */
export function drift(walls: readonly number[]): Drift | null {
  const count = walls.length;
  if (count < FEWEST) return null;
  if (count > MOST) return drift(mediansOfGroups(walls, MOST));
  const logs = walls.map(Math.log);
  const slopes: number[] = [];
  let score = 0;
  for (let later = 1; later < count; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = logs[later]! - logs[earlier]!;
      score += Math.sign(rise);
      slopes.push(rise / (later - earlier));
    }
  }
  const percent = 100 * Math.expm1(median(slopes)! * (count - 1));
  const ties = tieSizes(logs);
  const exact = count <= EXACT_UP_TO && ties.length === 0;
  const pValue = exact ? exactPValue(count, score) : normalPValue(count, score, ties);
  return { percent, pValue, method: exact ? 'exact' : 'normal' };
}

export interface OrderedBlock {
  readonly variant: string;
  readonly wall: number;
}

/**
 * Drift of the machine over the blocks of all variants in the order they ran, each taken relative to the
 * median of its variant. `percent` is then the drift of the whole run.
 */
export function driftOfRun(blocks: readonly OrderedBlock[]): Drift | null {
  const medians = new Map(
    [...new Set(blocks.map(({ variant }) => variant))].map((name) => [
      name,
      median(blocks.flatMap(({ variant, wall }) => (variant === name ? [wall] : [])))!,
    ]),
  );
  return drift(blocks.map(({ variant, wall }) => wall / medians.get(variant)!));
}

function mediansOfGroups(walls: readonly number[], most: number): number[] {
  const size = Math.ceil(walls.length / most);
  return Array.from(
    { length: Math.ceil(walls.length / size) },
    (_, group) => median(walls.slice(group * size, (group + 1) * size))!,
  );
}

/**
 * P(|S| ≥ |score|) when all orders are equally likely, from the number of orders with each count of
 * inversions.
 */
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
