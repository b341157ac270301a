import { comparable, comparedMs, figuresByRound, trialCpuMs } from '../../core/documents/comparable.ts';
import type { GatedVariant, GateUnit } from '../../core/documents/comparison.ts';
import type {
  LatencySummary,
  RunRecord,
  TrialRecord,
  VariantRecord,
} from '../../core/documents/run-record.ts';
import { failedCount } from '../../core/outcomes.ts';
import { logRatios } from '../../core/statistics/log-ratio.ts';
import { minForPercentile } from '../../core/statistics/percentile-support.ts';

type Percentile = Exclude<keyof LatencySummary, 'max'>;
const PERCENT: Readonly<Record<Percentile, number>> = { p50: 50, p90: 90, p99: 99, p999: 99.9 };

/** What a gate compares with its threshold. */
export type Reading =
  /** One value for each trial: the gate goes by the interval of their median, which `figureOf` turns into the metric. */
  | {
      readonly kind: 'trials';
      readonly values: readonly number[];
      readonly figureOf?: (median: number) => number;
    }
  /** One value for the run: the gate goes by that. */
  | { readonly kind: 'single'; readonly value: number }
  | { readonly kind: 'none'; readonly reason: NonNullable<GatedVariant['reason']> };

export interface Metric {
  readonly unit: GateUnit;
  /** What it is, after "its". */
  readonly title: string;
  /** Only in a run that starts its jobs on a schedule. */
  readonly openLoop?: true;
  /** Not of the variant that the others are measured against. */
  readonly notOfBaseline?: true;
  read(variant: VariantRecord, record: RunRecord): Reading;
}

export const METRICS = {
  wall: { unit: 'ms', title: 'wall', read: ofTrials(({ wallMs }) => wallMs) },
  speedup: { unit: '×', title: 'speedup', notOfBaseline: true, read: ratioToBaseline(comparedMs) },
  throughput: {
    unit: 'jobs/s',
    title: 'throughput',
    // As in the report: the jobs of the plan over its median wall time.
    read: (variant, { spec }) => {
      const walls = ofTrials(({ wallMs }) => (wallMs === 0 ? null : wallMs))(variant);
      return walls.kind === 'trials' ? { ...walls, figureOf: (ms) => (spec.jobs / ms) * 1000 } : walls;
    },
  },
  p50: { unit: 'ms', title: 'p50', read: percentile('p50', ({ latencyMs }) => latencyMs) },
  p90: { unit: 'ms', title: 'p90', read: percentile('p90', ({ latencyMs }) => latencyMs) },
  p99: { unit: 'ms', title: 'p99', read: percentile('p99', ({ latencyMs }) => latencyMs) },
  p999: { unit: 'ms', title: 'p99.9', read: percentile('p999', ({ latencyMs }) => latencyMs) },
  max: { unit: 'ms', title: 'longest latency', read: ({ summary }) => single(summary?.latencyMs.max) },
  'response.p50': openPercentile('p50'),
  'response.p90': openPercentile('p90'),
  'response.p99': openPercentile('p99'),
  'response.p999': openPercentile('p999'),
  'response.max': {
    unit: 'ms',
    title: 'longest response time',
    openLoop: true,
    read: ({ summary }) => single(summary?.open?.responseMs.max),
  },
  cpu: {
    unit: 'ms',
    title: 'CPU per trial',
    read: ofTrials(trialCpuMs),
  },
  'cpu-speedup': {
    unit: '×',
    title: 'share of the baseline’s CPU, inverted',
    notOfBaseline: true,
    read: ratioToBaseline(trialCpuMs),
  },
  rss: { unit: 'bytes', title: 'peak RSS', read: ({ summary }) => single(summary?.peakRssBytes) },
  startup: { unit: 'ms', title: 'start-up', read: ({ startupMs }) => single(startupMs) },
  failed: {
    unit: 'jobs',
    title: 'failed jobs',
    read: ({ trials }) => single(trials.reduce((sum, { outcomes }) => sum + failedCount(outcomes), 0)),
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

function trialsOf(values: readonly number[]): Reading {
  return values.length === 0 ? { kind: 'none', reason: 'not-measured' } : { kind: 'trials', values };
}

function single(value: number | null | undefined): Reading {
  return value == null ? { kind: 'none', reason: 'not-measured' } : { kind: 'single', value };
}

/** Of the trials whose times may be compared. */
function ofTrials(of: (trial: TrialRecord) => number | null): (variant: VariantRecord) => Reading {
  return ({ trials }) => trialsOf(trials.filter(comparable).flatMap((trial) => of(trial) ?? []));
}

/** The figure of the baseline ÷ that of the variant, in each round. */
function ratioToBaseline(of: (trial: TrialRecord) => number | null): Metric['read'] {
  return (variant, { variants }) => {
    const [baseline] = variants;
    if (baseline === undefined) return { kind: 'none', reason: 'not-measured' };
    const [first, own] = figuresByRound([baseline, variant], of);
    const logs = trialsOf(logRatios(first!, own!));
    return logs.kind === 'trials' ? { ...logs, figureOf: Math.exp } : logs;
  };
}

function percentile(
  name: Percentile,
  of: (trial: TrialRecord) => LatencySummary | undefined,
): (variant: VariantRecord, record: RunRecord) => Reading {
  return (variant, { spec }) => {
    const reading = ofTrials((trial) => of(trial)?.[name] ?? null)(variant);
    const tooFew = spec.jobs < minForPercentile(PERCENT[name]);
    return reading.kind === 'none' && tooFew ? { kind: 'none', reason: 'too-few-jobs' } : reading;
  };
}

function openPercentile(name: Percentile): Metric {
  return {
    unit: 'ms',
    title: `response time’s ${name === 'p999' ? 'p99.9' : name}`,
    openLoop: true,
    read: percentile(name, ({ open }) => open?.responseMs),
  };
}
