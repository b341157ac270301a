import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { EXIT } from '../../core/errors.ts';
import { CUT_OFF, failedCount } from '../../core/outcomes.ts';
import { voidingFailures } from '../comparable.ts';

/** True if the A/A arm came out different from its equal: whatever else the run shows is then in doubt. */
export function aaFailed({ aa }: RunRecord): boolean {
  const verdict = aa?.comparison?.verdict;
  return verdict === 'faster' || verdict === 'slower';
}

/** Whether a variant lost its process, a trial or a job; not what was cut off when the run was stopped. */
export function variantFailed({ state, trials }: VariantRecord, status: RunRecord['status']): boolean {
  if (state === 'lost' || state === 'failed') return true;
  return trials.some((trial) =>
    status === 'aborted'
      ? failedCount(trial.outcomes, CUT_OFF) > 0 && voidingFailures(trial) > 0
      : trial.lost !== null || voidingFailures(trial) > 0,
  );
}

/** True if jobs failed or were lost, or variants got different responses: exit code 2. */
export function workFailed({ variants, equivalence, status }: RunRecord): boolean {
  return equivalence.mismatches > 0 || variants.some((variant) => variantFailed(variant, status));
}

/** What was concluded from a run beyond its own trials; nothing for a run without gates and baseline. */
interface Conclusions {
  readonly gateFailed: boolean;
  /** Some variant is slower than before, and no gate says how much slower it may be. */
  readonly regressed: boolean;
  readonly inconclusive: boolean;
}

export const NOTHING_CONCLUDED: Conclusions = { gateFailed: false, regressed: false, inconclusive: false };

/** The exit code of a run that went to its end, or of its comparison with `before`. What comes first voids what follows. */
export function exitCodeOf(
  record: RunRecord,
  { gateFailed, regressed, inconclusive }: Conclusions,
  before: RunRecord | null = null,
): number {
  if (workFailed(record)) return EXIT.jobsFailed;
  if (aaFailed(record) || (before !== null && aaFailed(before))) return EXIT.aaFailed;
  if (gateFailed) return EXIT.gateFailed;
  if (regressed) return EXIT.regression;
  return inconclusive ? EXIT.inconclusive : EXIT.ok;
}
