import { comparedEstimate } from '../../../analysis/comparable.ts';
import { type Figures, figuresOf } from '../../../analysis/metrics.ts';
import { missedRate } from '../../../analysis/warnings/rate.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { Estimate, RunRecord, VariantRecord } from '../../../core/documents/run-record.ts';
import type { Verdict } from '../../../core/documents/verdict.ts';
import type { VariantName } from '../../../core/variants.ts';
import { type OutcomeCount, outcomeCounts } from './failures.ts';

export interface SummaryRow {
  readonly variant: VariantName;
  readonly isBaseline: boolean;
  readonly isRecommended: boolean;
  readonly threads: number;
  /** Rounds that were started. */
  readonly startedTrials: number;
  /** Some of its jobs failed, in every trial: figures are of those that ended `ok`, and nothing is claimed from them. */
  readonly isPartial: boolean;
  /** What variants are compared by: the wall, or on a schedule the mean response time. */
  readonly comparedMs: Estimate | null;
  /** Against the baseline; null also where the comparison is void. */
  readonly speedup: Estimate | null;
  /** Every metric of one run; null where it was not measured. */
  readonly figures: Figures;
  /** Over the timed trials, all outcomes but `ok`. */
  readonly failed: readonly OutcomeCount[];
  readonly failedJobs: number;
  readonly note: string | null;
}

export function summaryRows(record: RunRecord, verdict: Verdict): SummaryRow[] {
  const baseline = record.variants.find((variant) => variant.name === record.equivalence.baseline);
  const baselineMissed = baseline !== undefined && missedRate(baseline) !== null;
  return record.variants.map((variant) => {
    const { trials } = variant;
    const figures = variant.summary ?? variant.summaryWithFailures;
    const failed = outcomeCounts(trials);
    const isBaseline = variant === baseline;
    const voided =
      verdict.outcome === 'not-compared' ||
      // Their response times grow with the number of jobs.
      baselineMissed ||
      missedRate(variant) !== null;
    return {
      variant: variant.name,
      isBaseline,
      isRecommended: variant.name === verdict.recommended,
      threads: variant.threads,
      startedTrials: trials.length,
      isPartial: variant.summary === null && figures !== null,
      comparedMs: figures === null ? null : comparedEstimate(figures),
      speedup: voided || isBaseline ? null : (figures?.speedup ?? null),
      figures: figuresOf(variant),
      failed,
      failedJobs: failed.reduce((sum, { jobs }) => sum + jobs, 0),
      note: noteOf(variant),
    };
  });
}

function noteOf(variant: VariantRecord): string | null {
  if (variant.state === 'lost' || variant.state === 'failed')
    return cleanText(variant.lostReason ?? 'its process was lost');
  const lost = variant.trials.find((trial) => trial.lost !== null);
  if (lost?.lost != null) return cleanText(`round ${lost.round}: ${lost.lost}`);
  if (variant.state === 'pending') return 'not started';
  if (variant.trials.length === 0) return 'no round was started';
  return null;
}
