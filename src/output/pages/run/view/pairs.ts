import type { RunRecord } from '../../../../core/documents/run-record.ts';
import type { PairRow } from './model.ts';

/** Every comparison of the run, as it is in the record: `a` against `b`. Empty where nothing may be claimed. */
export function pairRows({ comparisons }: RunRecord): PairRow[] {
  return comparisons.map(({ a, b, ratio, test, minimumDetectableEffect, verdict, reason, rounds }) => ({
    one: b,
    other: a,
    rounds,
    factor: ratio,
    pHolm: test?.pHolm ?? null,
    unseen: minimumDetectableEffect,
    verdict,
    reason,
  }));
}
