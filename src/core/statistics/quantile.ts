declare const sortedBrand: unique symbol;
/** Numbers in ascending order: only `sortNumbers` makes them, so that a quantile can't be taken of others. */
export type SortedNumbers = ArrayLike<number> & { readonly [sortedBrand]: true };

/** A sorted copy; NaN is not allowed. */
export function sortNumbers(values: ArrayLike<number>): SortedNumbers {
  const copy = Float64Array.from(values);
  return copy.sort() as unknown as SortedNumbers;
}

/**
 * The quantile `p` (0 to 1) by linear interpolation between order statistics: type 7 of Hyndman & Fan, "Sample
 * Quantiles in Statistical Packages", The American Statistician 50 (1996), the default of R and NumPy.
 * Null for no values.
 */
export function quantile(sorted: SortedNumbers, p: number): number | null {
  const last = sorted.length - 1;
  if (last < 0) return null;
  const at = last * Math.min(1, Math.max(0, p));
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(last, below + 1)]!;
  return low + (high - low) * (at - below);
}

/** The one median of all outputs: see `middleOf`. Null for no values. */
export function median(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : middleOf(sortNumbers(values));
}

/** The median; negating the values negates it exactly, unlike `quantile(…, 0.5)`. At least one value. */
export function middleOf(sorted: SortedNumbers): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
