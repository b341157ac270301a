import type { ComparisonRecord, Estimate, RunRecord } from '../../core/documents/run-record.ts';
import type { VariantName } from '../../core/variants.ts';

/** A comparison read from the side of `one`. */
export interface Pair {
  readonly one: VariantName;
  readonly other: VariantName;
  /** How many times as fast `one` is as `other`; null for no rounds. */
  readonly factor: Estimate | null;
  readonly verdict: ComparisonRecord['verdict'];
  readonly reason: ComparisonRecord['reason'];
  readonly rounds: number;
  readonly minRounds: number;
  /** The smallest difference that would have been detected, percent; null where none would. */
  readonly detectable: number | null;
  /** After Holm's correction over all pairs; 1 for a pair that was not tested. */
  readonly pValue: number;
}

/** Null where the run has no such comparison: one of the two never ran. */
export function pairOf(
  record: Pick<RunRecord, 'comparisons'>,
  one: VariantName,
  other: VariantName,
): Pair | null {
  for (const comparison of record.comparisons) {
    const { a, b, ratio, verdict, reason, rounds, minRounds, minimumDetectableEffect, test } = comparison;
    const straight = b === one && a === other;
    if (!straight && !(a === one && b === other)) continue;
    return {
      one,
      other,
      factor: straight || ratio === null ? ratio : inverse(ratio),
      verdict: straight ? verdict : turned(verdict),
      reason,
      rounds,
      minRounds,
      detectable: minimumDetectableEffect,
      pValue: test?.pHolm ?? 1,
    };
  }
  return null;
}

function inverse(ratio: Estimate): Estimate {
  return { ...ratio, estimate: 1 / ratio.estimate, low: 1 / ratio.high, high: 1 / ratio.low };
}

function turned(verdict: ComparisonRecord['verdict']): ComparisonRecord['verdict'] {
  if (verdict === 'faster') return 'slower';
  return verdict === 'slower' ? 'faster' : verdict;
}

/** Every pair among some variants. */
export function pairsAmong(record: RunRecord, names: readonly VariantName[]): Pair[] {
  return names.flatMap((one, index) =>
    names.slice(index + 1).flatMap((other) => pairOf(record, one, other) ?? []),
  );
}

/** The largest of the smallest detectable differences, percent; null where some pair could not have shown any. */
export function detectableOf(pairs: readonly Pick<Pair, 'detectable'>[]): number | null {
  const known = pairs.flatMap(({ detectable }) => detectable ?? []);
  return known.length === 0 || known.length < pairs.length ? null : Math.max(...known);
}
