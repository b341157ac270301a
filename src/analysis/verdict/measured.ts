import type { TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { OUTCOMES, type Outcome } from '../../core/outcomes.ts';

/** A variant with at least one trial that counts. */
export type Measured = VariantRecord & { readonly summary: NonNullable<VariantRecord['summary']> };

export function isMeasured(variant: VariantRecord): variant is Measured {
  return variant.summary !== null;
}

/** Jobs that were cut off with the run say nothing about the work. */
const CUT_OFF: readonly Outcome[] = ['ok', 'aborted', 'not-started'];

/** Jobs of the trial that failed by themselves, or that a schedule had to give up. */
export function failedJobsOf(trial: TrialRecord): number {
  const failed = OUTCOMES.reduce(
    (sum, name) => (CUT_OFF.includes(name) ? sum : sum + trial.outcomes[name]),
    0,
  );
  return failed + unsentJobsOf(trial);
}

export function unsentJobsOf({ open }: TrialRecord): number {
  return open?.unsent ?? 0;
}
