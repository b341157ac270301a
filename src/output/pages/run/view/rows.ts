import { failedJobsOf } from '../../../../analysis/verdict/measured.ts';
import type { Verdict } from '../../../../analysis/verdict/verdict.ts';
import { cleanText } from '../../../../core/clean-text.ts';
import { comparedEstimate } from '../../../../core/documents/comparable.ts';
import type {
  Estimate,
  LatencySummary,
  OpenLoopSummary,
  RunRecord,
  TrialRecord,
  VariantRecord,
} from '../../../../core/documents/run-record.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { type OutcomeCount, outcomeCounts } from './failures.ts';

export interface SummaryRow {
  readonly variant: VariantName;
  readonly isBaseline: boolean;
  /** What the verdict says to use. */
  readonly isRecommended: boolean;
  readonly threads: number;
  readonly concurrency: number;
  /** Rounds that count (completed and without failures), and rounds that were started. */
  readonly cleanTrials: number;
  readonly startedTrials: number;
  /** Some of its jobs failed, in every trial: figures are of those that ended `ok`, and nothing is claimed from them. */
  readonly isPartial: boolean;
  /** What variants are compared by: the wall, or on a schedule the mean response time. */
  readonly comparedMs: Estimate | null;
  /** Against the baseline; null also where the comparison is void. */
  readonly speedup: Estimate | null;
  readonly jobsPerSecond: number | null;
  readonly latencyMs: LatencySummary;
  /** Null for a closed loop. */
  readonly open: OpenLoopSummary | null;
  readonly cpuMs: number | null;
  /** CPU of the main thread for each job, ms. */
  readonly mainCpuPerJobMs: number | null;
  /** The longest that the main thread's event loop kept a timer waiting, ms. */
  readonly worstStallMs: number | null;
  readonly peakRssBytes: number | null;
  readonly startupMs: number | null;
  readonly processStartMs: number | null;
  /** Over the timed trials, all outcomes but `ok`. */
  readonly failed: readonly OutcomeCount[];
  readonly failedJobs: number;
  readonly plannedJobs: number;
  /** Why the row is incomplete, if it is. */
  readonly note: string | null;
}

const NO_LATENCY = { p50: null, p90: null, p99: null, p999: null, max: null };

export function summaryRows(record: RunRecord, verdict: Verdict): SummaryRow[] {
  const baseline = record.variants.find((variant) => variant.name === record.equivalence.baseline);
  const baselineFailed = baseline === undefined || failedIn(baseline.trials) > 0;
  return record.variants.map((variant) => {
    const { trials } = variant;
    const figures = variant.summary ?? variant.summaryWithFailures;
    const failed = outcomeCounts(trials);
    const isBaseline = variant === baseline;
    const voided =
      verdict.kind === 'responses-differ' ||
      verdict.kind === 'aa-failed' ||
      baselineFailed ||
      failedIn(trials) > 0;
    return {
      variant: variant.name,
      isBaseline,
      isRecommended: variant.name === verdict.recommended,
      threads: variant.threads,
      concurrency: variant.concurrency,
      cleanTrials: variant.summary?.trials ?? 0,
      startedTrials: trials.length,
      isPartial: variant.summary === null && figures !== null,
      comparedMs: figures === null ? null : comparedEstimate(figures),
      speedup: voided || isBaseline ? null : (figures?.speedup ?? null),
      jobsPerSecond: figures?.jobsPerSecond ?? null,
      latencyMs: figures?.latencyMs ?? NO_LATENCY,
      open: figures?.open ?? null,
      cpuMs: figures?.cpuMs ?? null,
      mainCpuPerJobMs: figures?.mainThreadCpuMs == null ? null : figures.mainThreadCpuMs / record.spec.jobs,
      worstStallMs: figures?.worstStallMs ?? null,
      peakRssBytes: figures?.peakRssBytes ?? null,
      startupMs: variant.startupMs,
      processStartMs: variant.processStartMs,
      failed,
      failedJobs: failed.reduce((sum, { jobs }) => sum + jobs, 0),
      plannedJobs: trials.length * record.spec.jobs,
      note: noteOf(variant),
    };
  });
}

function failedIn(trials: readonly TrialRecord[]): number {
  return trials.reduce((sum, trial) => sum + failedJobsOf(trial), 0);
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
