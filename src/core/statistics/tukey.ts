import { quantile, sortNumbers } from './quantile.ts';

interface Outlier {
  /** Place in the values given. */
  readonly index: number;
  readonly value: number;
  readonly kind: 'mild' | 'severe';
  readonly side: 'low' | 'high';
}

interface TukeyFences {
  readonly mild: { readonly low: number; readonly high: number };
  readonly severe: { readonly low: number; readonly high: number };
  /** In the order of the values. */
  readonly outliers: readonly Outlier[];
}

/** Of fewer values the quartiles are set by the outlier itself. */
export const MIN_FOR_FENCES = 5;

/**
 * Tukey, Exploratory Data Analysis (1977), §2D: mild outliers lie over 1.5, severe ones over 3 interquartile ranges
 * outside the quartiles (type 7). To be marked, not dropped. Null for fewer than five values. Without spread all
 * others are severe.
 */
export function tukeyFences(values: readonly number[]): TukeyFences | null {
  if (values.length < MIN_FOR_FENCES) return null;
  const sorted = sortNumbers(values);
  const lower = quantile(sorted, 0.25)!;
  const upper = quantile(sorted, 0.75)!;
  const at = (factor: number) => ({
    low: lower - factor * (upper - lower),
    high: upper + factor * (upper - lower),
  });
  const mild = at(1.5);
  const severe = at(3);
  const outliers = values.flatMap((value, index): Outlier[] => {
    if (value >= mild.low && value <= mild.high) return [];
    const kind = value < severe.low || value > severe.high ? 'severe' : 'mild';
    return [{ index, value, kind, side: value < lower ? 'low' : 'high' }];
  });
  return { mild, severe, outliers };
}
