import type {
  ComparisonRecord,
  Estimate,
  LatencySummary,
  NativeThreads,
  OpenLoopSpan,
  OpenLoopSummary,
  TrialRecord,
  VariantRecord,
} from '../core/documents/run-record.ts';
import { failedCount, sumOutcomes } from '../core/outcomes.ts';
import { exponentials, logRatios } from '../core/statistics/log-ratio.ts';
import { median, middleOf, quantile, sortNumbers } from '../core/statistics/quantile.ts';
import { tukeyFences } from '../core/statistics/tukey.ts';
import { comparable, comparedMs, figuresByRound, goodputMs, trialCpuMs } from './comparable.ts';

/** Fills in summaries, outliers and speedups, which are paired within a round against the first variant. */
export function summarise(
  variants: readonly VariantRecord[],
  jobs: number,
  comparisons: readonly ComparisonRecord[] = [],
): void {
  const baseline = variants[0];
  for (const variant of variants) {
    const trials = variant.trials.filter(comparable);
    variant.outliers = outliersOf(trials);
    const speedup = intervalOf(comparisons, baseline, variant) ?? ratioQuartiles(baseline!, variant);
    variant.summary = summaryOf(trials, jobs, speedup);
    variant.summaryWithFailures = variant.summary === null ? withFailures(variant, jobs) : null;
  }
}

/** A share of failed jobs from which on the figures of the others say little about the work. */
const MANY_FAILED = 0.05;

function withFailures({ trials }: VariantRecord, jobs: number): VariantRecord['summary'] {
  const completed = trials.filter(({ wallMs, lost }) => wallMs !== null && lost === null);
  const outcomes = sumOutcomes(completed);
  const failed = failedCount(outcomes);
  if (failed >= MANY_FAILED * (failed + outcomes.ok)) return null;
  return summaryOf(completed, jobs, null);
}

function summaryOf(
  trials: readonly TrialRecord[],
  jobs: number,
  speedup: Estimate | null,
): VariantRecord['summary'] {
  const wallMs = medianAndQuartiles(trials.map((trial) => trial.wallMs!));
  if (wallMs === null) return null;
  return {
    trials: trials.length,
    wallMs,
    speedup,
    jobsPerSecond: (jobs / median(trials.flatMap((trial) => goodputMs(trial) ?? []))!) * 1000,
    latencyMs: latencyOver(trials.map(({ latencyMs }) => latencyMs)),
    open: openLoopOver(trials.flatMap(({ open }) => open ?? [])),
    cpuMs: median(trials.flatMap((trial) => trialCpuMs(trial) ?? [])),
    nativeThreads: nativeThreadsOver(trials.flatMap(({ nativeThreads }) => nativeThreads ?? [])),
    peakRssBytes: greatest(trials.flatMap(({ peakRssBytes }) => peakRssBytes ?? [])),
  };
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

/** Marked, and kept in everything that is computed. */
function outliersOf(trials: readonly TrialRecord[]): VariantRecord['outliers'] {
  const timed = trials.flatMap((trial) => {
    const ms = comparedMs(trial);
    return ms === null ? [] : [{ round: trial.round, ms }];
  });
  const found = tukeyFences(timed.map(({ ms }) => ms))?.outliers ?? [];
  return found.map(({ index, value, kind, side }) => ({
    round: timed[index]!.round,
    wallMs: value,
    kind,
    side,
  }));
}

function intervalOf(
  comparisons: readonly ComparisonRecord[],
  baseline: VariantRecord | undefined,
  variant: VariantRecord,
): Estimate | null {
  const pair = comparisons.find(({ a, b }) => a === baseline?.name && b === variant.name);
  return pair?.ratio?.method === 'hettmansperger-sheather' ? pair.ratio : null;
}

/** The median is that of the logarithms, as in every comparison of ratios. */
function ratioQuartiles(baseline: VariantRecord, variant: VariantRecord): Estimate | null {
  const [first, own] = figuresByRound([baseline, variant], comparedMs);
  const logs = medianAndQuartiles(logRatios(first!, own!));
  return logs && { ...logs, ...exponentials(logs) };
}

function medianAndQuartiles(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  const sorted = sortNumbers(values);
  return {
    estimate: middleOf(sorted),
    low: quantile(sorted, 0.25)!,
    high: quantile(sorted, 0.75)!,
    method: 'median-quartiles',
    level: null,
  };
}

/** Percentiles are taken in each trial and their median over trials is shown; the maximum is over all jobs. */
function latencyOver(trials: readonly LatencySummary[]): LatencySummary {
  const all = (key: keyof LatencySummary) => trials.flatMap((latency) => latency[key] ?? []);
  return {
    p50: median(all('p50')),
    p90: median(all('p90')),
    p99: median(all('p99')),
    p999: median(all('p999')),
    max: greatest(all('max')),
  };
}

function nativeThreadsOver(spans: readonly NativeThreads[]): NativeThreads | null {
  const cpuMs = median(spans.map((span) => span.cpuMs));
  if (cpuMs === null) return null;
  const pools = spans.flatMap(({ libuv }) => libuv ?? []);
  const poolMs = median(pools.map((pool) => pool.cpuMs));
  return {
    cpuMs,
    libuv: poolMs === null ? null : { threads: pools.at(-1)!.threads, cpuMs: poolMs },
    v8Ms: median(spans.flatMap(({ v8Ms }) => v8Ms ?? [])),
  };
}

function openLoopOver(spans: readonly OpenLoopSpan[]): OpenLoopSummary | null {
  const meanResponseMs = medianAndQuartiles(spans.flatMap((span) => span.meanResponseMs ?? []));
  if (meanResponseMs === null) return null;
  return {
    responseMs: latencyOver(spans.map(({ responseMs }) => responseMs)),
    meanResponseMs,
    latenessMs: latencyOver(spans.map(({ latenessMs }) => latenessMs)),
    offeredPerSecond: median(spans.map(({ offeredPerSecond }) => offeredPerSecond))!,
    achievedPerSecond: median(spans.flatMap(({ achievedPerSecond }) => achievedPerSecond ?? [])),
  };
}
