import type { TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { CUT_OFF, failedCount } from '../../core/outcomes.ts';
import { voidingFailures } from '../comparable.ts';

/** A variant with at least one trial that counts. */
export type Measured = VariantRecord & { readonly summary: NonNullable<VariantRecord['summary']> };

export function isMeasured(variant: VariantRecord): variant is Measured {
  return variant.summary !== null;
}

/** Jobs of the trial that failed by themselves, or that a schedule had to give up; none where that is allowed. */
export function failedJobsOf(trial: TrialRecord): number {
  if (voidingFailures(trial) === 0) return 0;
  return failedCount(trial.outcomes, CUT_OFF) + unsentJobsOf(trial);
}

export function unsentJobsOf({ open }: TrialRecord): number {
  return open?.unsent ?? 0;
}
