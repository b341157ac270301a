import type {
  Figures as BothRuns,
  ComparedVariant,
  GatedVariant,
  GateUnit,
} from '../core/documents/comparison.ts';
import type { LatencySummary, RunRecord, TrialRecord, VariantRecord } from '../core/documents/run-record.ts';
import { failedCount } from '../core/outcomes.ts';
import { logRatios } from '../core/statistics/log-ratio.ts';
import { minForPercentile } from '../core/statistics/percentile-support.ts';
import { median } from '../core/statistics/quantile.ts';
import { comparable, comparedMs, countedCpuMs, figuresByRound, goodputMs, trialCpuMs } from './comparable.ts';

type OfTrial = (trial: TrialRecord) => number | null | undefined;

/** Tables of variants: what they cost, and on a schedule apart the response times and what these are made of. */
export type ColumnGroup = 'cost' | 'latency' | 'response' | 'late';

/** Where a metric comes from, and where it is shown. Every output derives its columns and names from this. */
export interface Metric {
  readonly unit: GateUnit;
  readonly better: 'less' | 'more';
  /** Of a trial; `over` makes one figure of those that count. A median gates by its interval, a maximum by itself. */
  readonly trial?: OfTrial;
  readonly over?: 'median' | 'max';
  /** `trial` gives a time in ms, and the metric is the jobs of the plan in a second of it. */
  readonly perSecond?: true;
  /** Of a run: one value, not one a trial. */
  readonly variant?: (variant: VariantRecord) => number | null;
  /** The field of the summary in run.json, where it has one; else tables show `over` of the trials. */
  readonly summary?: (summary: NonNullable<VariantRecord['summary']>) => number | null;
  /** That of the baseline ÷ that of the variant, in each round. */
  readonly ratioOf?: (trial: TrialRecord) => number | null;
  /** Jobs of a plan below which there is none. */
  readonly minJobs?: number;
  /** Only in a run that starts its jobs on a schedule. */
  readonly openLoop?: true;
  /** Its column: in no table without one. `brief`: also where there is room for few; `rare`: only where a run has it, or one other than this. */
  readonly column?: {
    readonly head: string;
    readonly group: ColumnGroup;
    readonly brief?: true;
    readonly rare?: true | number;
  };
  readonly csv?: string;
  /** Its field in a comparison of two runs, of those that nothing is claimed of. */
  readonly plain?: PlainField;
  /** False: `--fail-if` does not know it. */
  readonly gate?: false;
}

type PlainField = {
  [K in keyof ComparedVariant]: BothRuns extends ComparedVariant[K] ? K : never;
}[keyof ComparedVariant];

type Latencies = Pick<TrialRecord, 'latencyMs'> & {
  readonly open: Pick<NonNullable<TrialRecord['open']>, 'responseMs' | 'latenessMs'> | null;
};

const PERCENT = { p50: 50, p90: 90, p99: 99, p999: 99.9 } as const;

/** Every metric by its name in `--fail-if`, in the order of columns. To add one: its field in the record, and a row here. */
export const METRICS = {
  wall: { unit: 'ms', better: 'less', trial: ({ wallMs }) => wallMs, csv: 'wall_ms' },
  speedup: { unit: '×', better: 'more', ratioOf: comparedMs },
  throughput: {
    unit: 'jobs/s',
    better: 'more',
    // As in the report: jobs of the plan that ended ok, over its median wall time; on a schedule, jobs started a second.
    trial: (trial) => goodputMs(trial) || null,
    perSecond: true,
    summary: ({ open, jobsPerSecond }) => (open === null ? jobsPerSecond : open.achievedPerSecond),
    column: { head: 'jobs/s', group: 'cost' },
  },
  p50: { ...service('p50'), plain: 'p50Ms' },
  p90: service('p90'),
  p99: service('p99'),
  p999: service('p999'),
  max: service('max'),
  'response.p50': response('p50'),
  'response.p90': response('p90'),
  'response.p99': response('p99'),
  'response.p999': response('p999'),
  'response.max': response('max'),
  'late.p50': late('p50'),
  'late.p99': late('p99'),
  'late.max': late('max'),
  cpu: {
    unit: 'ms',
    better: 'less',
    trial: trialCpuMs,
    summary: ({ cpuMs }) => cpuMs,
    column: { head: 'CPU', group: 'cost' },
  },
  'main-cpu': {
    unit: 'ms',
    better: 'less',
    // Of each job of the plan.
    trial: (trial) => perJob(trial, mainThreadOf(trial)?.cpu?.cpuMs),
    column: { head: 'main/job', group: 'cost', rare: true },
    plain: 'mainCpuMsPerJob',
  },
  stall: {
    unit: 'ms',
    better: 'less',
    // How late the event loop of the main thread came to a timer at the worst.
    trial: (trial) => mainThreadOf(trial)?.eventLoop.delayMs?.max,
    over: 'max',
    column: { head: 'stall', group: 'cost', rare: true },
    plain: 'worstStallMs',
  },
  'cpu-speedup': { unit: '×', better: 'more', ratioOf: countedCpuMs },
  rss: {
    unit: 'bytes',
    better: 'less',
    trial: ({ peakRssBytes }) => peakRssBytes,
    over: 'max',
    summary: ({ peakRssBytes }) => peakRssBytes,
    column: { head: 'peak RSS', group: 'cost' },
    csv: 'peak_rss_bytes',
    plain: 'peakRssBytes',
  },
  startup: {
    unit: 'ms',
    better: 'less',
    variant: ({ startupMs }) => startupMs,
    column: { head: 'start-up', group: 'cost' },
    plain: 'startupMs',
  },
  // Requests sent ÷ jobs, of jobs that send one unless it fails.
  amplification: {
    unit: '×',
    better: 'less',
    trial: (trial) => perJob(trial, trial.retries?.sent, 1),
    column: { head: 'requests/job', group: 'cost', rare: 1 },
  },
  wasted: {
    unit: 'ms',
    better: 'less',
    // In requests that failed and were sent again, of each job of the plan.
    trial: (trial) => perJob(trial, trial.retries?.wastedMs),
    column: { head: 'wasted/job', group: 'cost', rare: 0 },
  },
  failed: {
    unit: 'jobs',
    better: 'less',
    variant: ({ trials }) =>
      trials.length === 0 ? null : trials.reduce((sum, { outcomes }) => sum + failedCount(outcomes), 0),
    column: { head: 'failed', group: 'cost', brief: true },
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const GATE_METRICS = METRIC_NAMES.filter((name) => metricOf(name).gate !== false);

export function metricOf(name: MetricName): Metric {
  return METRICS[name];
}

function mainThreadOf({ threads }: TrialRecord): TrialRecord['threads'][number] | undefined {
  return threads.find(({ thread }) => thread === 0);
}

function perJob({ outcomes }: TrialRecord, sum: number | undefined, more = 0): number | undefined {
  const jobs = Object.values(outcomes).reduce((all, count) => all + count, 0);
  return sum === undefined || jobs === 0 ? undefined : more + sum / jobs;
}

type Percentile = keyof LatencySummary;

function service(name: Percentile): Metric {
  return percentile(name, 'latency', 'latency', ({ latencyMs }) => latencyMs);
}

function response(name: Percentile): Metric {
  const metric = percentile(name, 'response', 'response', ({ open }) => open?.responseMs);
  return { ...metric, openLoop: true };
}

function late(name: Percentile): Metric {
  return { ...percentile(name, 'late', null, ({ open }) => open?.latenessMs), openLoop: true, gate: false };
}

function percentile(
  name: Percentile,
  group: ColumnGroup,
  csv: string | null,
  of: (figures: Latencies) => LatencySummary | undefined,
): Metric {
  return {
    unit: 'ms',
    better: 'less',
    trial: (trial) => of(trial)?.[name],
    summary: (summary) => of(summary)?.[name] ?? null,
    ...(name === 'max' ? { over: 'max' } : { minJobs: minForPercentile(PERCENT[name]) }),
    column: {
      head: name === 'p999' ? 'p99.9' : name,
      group,
      ...(name === 'p50' || name === 'p99' ? { brief: true } : {}),
      ...(name === 'p999' ? { rare: true } : {}),
    },
    ...(csv === null ? {} : { csv: `${csv}_${name}_ms` }),
  };
}

/** One figure of a variant, as tables show it: over the trials that its summary in run.json is of. */
export function figureOf(metric: Metric, variant: VariantRecord): number | null {
  const { summary, summaryWithFailures, trials } = variant;
  if (metric.variant !== undefined) return metric.variant(variant);
  const figures = summary ?? summaryWithFailures;
  if (figures === null || metric.trial === undefined) return null;
  if (metric.summary !== undefined) return metric.summary(figures);
  const counted = summary === null ? trials.filter(({ lost }) => lost === null) : trials.filter(comparable);
  return over(
    metric,
    counted.filter(({ wallMs }) => wallMs !== null),
  );
}

function over({ trial, over }: Metric, trials: readonly TrialRecord[]): number | null {
  const values = trials.flatMap((each) => trial?.(each) ?? []);
  if (over !== 'max') return median(values);
  return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value));
}

export type Figures = Readonly<Record<MetricName, number | null>>;

export function figuresOf(variant: VariantRecord): Figures {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, figureOf(METRICS[name], variant)]),
  ) as unknown as Figures;
}

export type Reading =
  /** One value for each trial: the gate goes by the interval of their median, which `figureOf` turns into the metric. */
  | {
      readonly kind: 'trials';
      readonly values: readonly number[];
      readonly figureOf?: (median: number) => number;
    }
  | { readonly kind: 'single'; readonly value: number }
  | { readonly kind: 'none'; readonly reason: NonNullable<GatedVariant['reason']> };

export function readMetric(metric: Metric, variant: VariantRecord, record: RunRecord): Reading {
  const trials = variant.trials.filter(comparable);
  if (metric.variant !== undefined) return single(metric.variant(variant));
  if (metric.over === 'max') return single(over(metric, trials));
  const { spec } = record;
  if (metric.perSecond === true && spec.load.kind === 'open') {
    const values = trials.flatMap(({ open }) => open?.achievedPerSecond ?? []);
    return values.length > 0 ? { kind: 'trials', values } : { kind: 'none', reason: 'not-measured' };
  }
  const values =
    metric.ratioOf === undefined
      ? trials.flatMap((trial) => metric.trial?.(trial) ?? [])
      : logRatiosOf(metric.ratioOf, variant, record);
  if (values.length > 0) {
    if (metric.ratioOf !== undefined) return { kind: 'trials', values, figureOf: Math.exp };
    if (metric.perSecond !== true) return { kind: 'trials', values };
    return { kind: 'trials', values, figureOf: (ms) => (spec.jobs / ms) * 1000 };
  }
  const tooFew = spec.jobs < (metric.minJobs ?? 0);
  return { kind: 'none', reason: tooFew ? 'too-few-jobs' : 'not-measured' };
}

function single(value: number | null): Reading {
  return value === null ? { kind: 'none', reason: 'not-measured' } : { kind: 'single', value };
}

function logRatiosOf(
  of: (trial: TrialRecord) => number | null,
  variant: VariantRecord,
  { variants: [baseline] }: RunRecord,
): number[] {
  if (baseline === undefined) return [];
  const [first, own] = figuresByRound([baseline, variant], of);
  return logRatios(first!, own!);
}

/** Figures of both runs that nothing is claimed of. */
export const PLAIN_METRICS = METRIC_NAMES.flatMap((name) => {
  const { plain, column }: Metric = METRICS[name];
  return plain === undefined ? [] : [{ name, field: plain, head: column?.head ?? name }];
});
