import { quantile, type SortedNumbers } from './quantile.ts';

/** Values that must lie beyond a percentile for it to be more than the luck of a few. */
const BEYOND = 10;

/**
 * The fewest values that support a percentile, in percent: ten must lie beyond it, so p99 wants 1,000 and p99.9 wants
 * 10,000. Below the median as the mirror image.
 */
export function minForPercentile(percent: number): number {
  const tail = Math.min(percent, 100 - percent);
  if (!(tail > 0)) throw new RangeError(`not a percentile with both sides: ${percent}`);
  // 100 − 99.9 is 0.0999… in binary: a millionth of slack keeps 10,000 from becoming 10,001.
  return Math.ceil((100 * BEYOND) / tail - 1e-6);
}

/** The percentile (in percent) if there are values enough to support it, else null. In the values' unit. */
export function supportedPercentile(sorted: SortedNumbers, percent: number): number | null {
  return sorted.length < minForPercentile(percent) ? null : quantile(sorted, percent / 100);
}

/** The outermost percentiles that `count` values support, in percent; null if not even the median is supported. */
export function supportedPercentiles(count: number): { readonly low: number; readonly high: number } | null {
  if (count < minForPercentile(50)) return null;
  const low = (100 * BEYOND) / count;
  return { low, high: 100 - low };
}
