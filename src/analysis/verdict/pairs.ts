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
  /** Percent; null where nothing could have been seen. */
  readonly unseen: number | null;
}

/** Null where the run has no such comparison: one of the two never ran. */
export function pairOf(record: RunRecord, one: VariantName, other: VariantName): Pair | null {
  for (const comparison of record.comparisons) {
    const { a, b, ratio, verdict, reason, rounds, minRounds, minimumDetectableEffect } = comparison;
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
      unseen: minimumDetectableEffect,
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
