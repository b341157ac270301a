import { normalCdf } from './normal.ts';
import { median } from './quantile.ts';
import { doubledMidranks } from './rank-sum.ts';

/** With fewer values a lasting change of level can't be told from chance. */
const MIN = 10;
/** Parts of a sequence whose levels are compared: enough to show a change, few enough to average the noise. */
const PARTS = 5;

interface Wander {
  /** From the lowest median of a fifth of the values to the highest. */
  readonly range: number;
  /** Of the test, one-sided. */
  readonly pValue: number;
}

/**
 * Whether values stay near their neighbours instead of scattering independently: rank version of von Neumann's ratio
 * (Bartels, JASA 77, 1982), normal approximation, positive correlation only. It sees a level that wanders without a
 * trend. Null for fewer than ten values, and if all are equal.
 */
export function wander(values: readonly number[]): Wander | null {
  const count = values.length;
  if (count < MIN) return null;
  // Doubled ones do as well: the ratio of two sums of squares.
  const ranks = doubledMidranks(values);
  const mean = count + 1;
  const spread = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  if (spread === 0) return null;
  const steps = ranks.slice(1).reduce((sum, rank, index) => sum + (rank - ranks[index]!) ** 2, 0);
  const z = (steps / spread - 2) / Math.sqrt(20 / (5 * count + 7));
  const levels = Array.from({ length: PARTS }, (_, part) => {
    const end = Math.round(((part + 1) * count) / PARTS);
    return median(values.slice(Math.round((part * count) / PARTS), end))!;
  });
  return { range: Math.max(...levels) - Math.min(...levels), pValue: normalCdf(z) };
}
