import { trend } from './drift.ts';

/** Eight that rise strictly: one order in 40,320. */
const MIN = 8;
/** Growth of the second half, as a share of the whole: a cache that fills up levels off, a leak does not. */
const GOES_ON = 0.5;
/** The fewest of which there is a trend. */
const MIN_OF_END = 5;

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
  if (values.length < MIN) return null;
  const all = trend(values)!;
  if (all.slope <= 0 || all.pValue > alpha) return null;
  const end = trend(values.slice(-Math.max(MIN_OF_END, Math.ceil(values.length / 2))))!;
  return end.slope < GOES_ON * all.slope ? null : { perStep: all.slope, pValue: all.pValue };
}
