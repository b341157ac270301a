import { median, sortNumbers } from './quantile.ts';
import { createRandom, type Random } from './random.ts';

/** Of fewer trials no split is told from chance. */
const MIN = 10;
/** Each of two modes has at least this share of the trials, so that one outlier is no mode. */
const SMALLEST_MODE = 0.2;
const SIMULATIONS = 4000;

interface Bimodality {
  /** Share of the values' variance that the best split in two explains, 0 to 1. */
  readonly explained: number;
  readonly pValue: number;
  /** Median and number of the values on either side of that split, in the values' unit. */
  readonly modes: readonly [Mode, Mode];
}

interface Mode {
  readonly median: number;
  readonly count: number;
}

/**
 * Whether values fall into two groups: the best split's share of the variance (Engelman & Hartigan, "Percentage
 * Points of a Test for Clusters", JASA 64, 1969) against as many uniform values, 4,000 times simulated. The uniform
 * is the null as in the dip test (Hartigan & Hartigan, Annals of Statistics 13, 1985), so p errs on the side of one
 * mode. Null for fewer than ten values or no spread. A step in time looks like two modes: see `drift`.
 */
export function bimodality(values: readonly number[]): Bimodality | null {
  const count = values.length;
  if (count < MIN) return null;
  const sorted = Array.from(sortNumbers(values));
  const split = bestSplit(sorted);
  if (split === null) return null;
  const random = createRandom(count);
  let asGood = 0;
  for (let simulation = 0; simulation < SIMULATIONS; simulation++) {
    if ((bestSplit(uniformSpacings(count, random))?.explained ?? 0) >= split.explained) asGood++;
  }
  const mode = (part: readonly number[]): Mode => ({ median: median(part)!, count: part.length });
  return {
    explained: split.explained,
    pValue: (asGood + 1) / (SIMULATIONS + 1),
    modes: [mode(sorted.slice(0, split.at)), mode(sorted.slice(split.at))],
  };
}

/** Sums of exponential gaps are, up to scale, sorted uniform values (Devroye 1986, §V.3): no sort needed. */
function uniformSpacings(count: number, random: Random): number[] {
  let sum = 0;
  return Array.from({ length: count }, () => {
    sum -= Math.log(1 - random());
    return sum;
  });
}

function bestSplit(sorted: readonly number[]): { readonly explained: number; readonly at: number } | null {
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const total = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (total === 0) return null;
  const smallest = Math.ceil(SMALLEST_MODE * count);
  let best = { explained: 0, at: smallest };
  let below = 0;
  for (let at = 1; at <= count - smallest; at++) {
    below += sorted[at - 1]! - mean;
    if (at < smallest) continue;
    const explained = (below * below * (1 / at + 1 / (count - at))) / total;
    if (explained > best.explained) best = { explained, at };
  }
  return best;
}
