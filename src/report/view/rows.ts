import { comparedEstimate } from '../../types/comparable-blocks.ts';
import { OUTCOMES } from '../../types/outcomes.ts';
import type { BlockRecord, RunRecord, VariantRecord } from '../../types/run-record.ts';
import { cleanText } from '../clean-text.ts';
import { failedJobsOf } from '../verdict/measured.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { FailureView, OutcomeCount, SummaryRow } from './view.ts';

const NO_LATENCY = { p50: null, p90: null, p99: null, p999: null, max: null };
/** Quoted for each variant; the raw rows hold all of them. */
const QUOTED_ERRORS = 6;

export function summaryRows(record: RunRecord, verdict: Verdict): SummaryRow[] {
  const baseline = record.variants.find((variant) => variant.name === record.equivalence.baseline);
  const baselineFailed = baseline === undefined || failedIn(baseline.blocks) > 0;
  return record.variants.map((variant) => {
    const { summary, blocks } = variant;
    const failed = outcomeCounts(blocks);
    const isBaseline = variant === baseline;
    const voided =
      verdict.kind === 'responses-differ' ||
      verdict.kind === 'check-failed' ||
      baselineFailed ||
      failedIn(blocks) > 0;
    return {
      variant: variant.name,
      isBaseline,
      isRecommended: variant.name === verdict.recommended,
      threads: variant.threads,
      concurrency: variant.concurrency,
      cleanBlocks: summary?.blocks ?? 0,
      startedBlocks: blocks.length,
      comparedMs: summary === null ? null : comparedEstimate(summary),
      speedup: voided || isBaseline ? null : (summary?.speedup ?? null),
      jobsPerSecond: summary?.jobsPerSecond ?? null,
      latencyMs: summary?.latencyMs ?? NO_LATENCY,
      open: summary?.open ?? null,
      cpuMs: summary?.cpuMs ?? null,
      peakRssBytes: summary?.peakRssBytes ?? null,
      startupMs: variant.startupMs,
      processStartMs: variant.processStartMs,
      failed,
      failedJobs: failed.reduce((sum, { jobs }) => sum + jobs, 0),
      plannedJobs: blocks.length * record.spec.jobs,
      note: noteOf(variant),
    };
  });
}

export function failuresOf(record: RunRecord): FailureView[] {
  return record.variants.flatMap((variant) => {
    const outcomes = outcomeCounts(variant.blocks);
    const warmupFailedJobs = outcomeCounts(variant.warmups).reduce((sum, { jobs }) => sum + jobs, 0);
    if (outcomes.length === 0 && warmupFailedJobs === 0) return [];
    const errors = [...variant.blocks, ...variant.warmups].flatMap((block) =>
      block.errors.map((error) => ({
        round: block.round,
        position: error.position,
        name: cleanText(error.name, 80),
        outcome: error.outcome,
        status: error.status,
        code: error.code === null ? null : cleanText(error.code, 60),
        message: cleanText(error.message),
      })),
    );
    return [
      {
        variant: variant.name,
        failedJobs: outcomes.reduce((sum, { jobs }) => sum + jobs, 0),
        plannedJobs: variant.blocks.length * record.spec.jobs,
        outcomes,
        warmupFailedJobs,
        errors: firstOfEach(errors),
      },
    ];
  });
}

/** The same message from a hundred jobs is one thing to read. */
function firstOfEach<T extends { outcome: string; message: string }>(errors: readonly T[]): T[] {
  const seen = new Set<string>();
  return errors
    .filter(({ outcome, message }) => {
      const key = `${outcome}\n${message}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, QUOTED_ERRORS);
}

function failedIn(blocks: readonly BlockRecord[]): number {
  return blocks.reduce((sum, block) => sum + failedJobsOf(block), 0);
}

function outcomeCounts(blocks: readonly BlockRecord[]): OutcomeCount[] {
  return OUTCOMES.filter((outcome) => outcome !== 'ok')
    .map((outcome) => ({ outcome, jobs: blocks.reduce((sum, block) => sum + block.outcomes[outcome], 0) }))
    .filter(({ jobs }) => jobs > 0)
    .sort((a, b) => b.jobs - a.jobs);
}

function noteOf(variant: VariantRecord): string | null {
  if (variant.state === 'lost') return cleanText(variant.lostReason ?? 'its process was lost');
  const lost = variant.blocks.find((block) => block.lost !== null);
  if (lost?.lost != null) return cleanText(`round ${lost.round}: ${lost.lost}`);
  if (variant.state === 'pending') return 'not started';
  if (variant.blocks.length === 0) return 'no round was started';
  return null;
}
