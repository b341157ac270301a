import type {
  Change,
  ComparedVariant,
  ComparisonWarning,
  Figures,
  Measured,
  RunComparison,
} from '../../core/documents/comparison.ts';
import type { RunRecord, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import {
  compareSamples,
  type SampleComparison,
  type Samples,
} from '../../core/statistics/compare-samples.ts';
import { exponentials } from '../../core/statistics/log-ratio.ts';
import { medianInterval } from '../../core/statistics/median-interval.ts';
import { sortNumbers } from '../../core/statistics/quantile.ts';
import type { VariantName } from '../../core/variants.ts';
import { comparedMs, comparedQuantity, countedCpuMs, trialMedian } from '../comparable.ts';
import { isBusy } from '../gates/machine-load.ts';
import { figureOf, METRICS, type Metric, PLAIN_METRICS } from '../metrics.ts';
import { comparisonVerdict } from '../verdict/comparison.ts';
import { differencesOf } from './differences.ts';
import { changeSamples, type JudgedSamples, levelOf, type VariantSamples } from './samples.ts';
import { warningsOf } from './warnings.ts';

/** Compares two runs of the same work (see `unlikeWork`), variant by variant, as independent samples. */
export function compareRuns(before: RunRecord, after: RunRecord): RunComparison {
  const { variants, speedupLevel } = changeSamples(before, after);
  const busy = isBusy(before) || isBusy(after);
  const walls = changesOf(variants.map((each) => each.walls));
  const cpu = changesOf(variants.map((each) => each.cpu));
  const speedups = changesOf(
    variants.flatMap((each) => each.speedups ?? []),
    speedupLevel,
  );
  const compared = variants.map((each): ComparedVariant => {
    const { name } = each;
    return {
      name,
      trials: { before: each.walls.before.length, after: each.walls.after.length },
      ms: mediansOf(name, before, after).ms,
      change: ofTimes(walls.get(each.walls)!, busy),
      speedup: each.speedups && {
        ...ratioMedians(each.speedups, before, after),
        change: speedups.get(each.speedups)!,
      },
      cpu: { ...mediansOf(name, before, after).cpu, change: cpu.get(each.cpu)! },
      ...plainFigures(each, before, after),
    };
  });
  const comparison: Omit<RunComparison, 'verdict'> = {
    schemaVersion: SCHEMA_VERSION,
    before: identityOf(before),
    after: identityOf(after),
    paired: false,
    quantity: comparedQuantity(after.spec),
    differences: differencesOf(before, after),
    warnings: [...warningsOf(before, after), ...allAlike(compared)],
    variants: compared,
  };
  return { ...comparison, verdict: comparisonVerdict(comparison) };
}

export function mediansOf(name: VariantName, before: RunRecord, after: RunRecord) {
  const figures = (figure: (trial: TrialRecord) => number | null, divisor: number) => ({
    before: medianOf(name, before, figure, divisor),
    after: medianOf(name, after, figure, divisor),
  });
  return { ms: figures(comparedMs, 1), cpu: figures(countedCpuMs, after.spec.jobs) };
}

/** On a busy machine it is known why a time is too noisy. */
function ofTimes(change: Change, busy: boolean): Change {
  return busy && change.reason === 'too-noisy' ? { ...change, reason: 'machine-busy' } : change;
}

function changesOf(samples: readonly JudgedSamples[], level?: number): Map<JudgedSamples, Change> {
  const compared = compareSamples(samples, level);
  return new Map(samples.map((each, index) => [each, changeOf(compared[index]!, each)]));
}

export function identityOf(record: RunRecord): RunComparison['before'] {
  const { id, createdAt, threadmill, commandLine, status, equivalence } = record;
  return { id, createdAt, threadmill, commandLine, status, baseline: equivalence.baseline };
}

function changeOf(compared: SampleComparison, { allowance, blocked }: JudgedSamples): Change {
  const { shift, test, minimumDetectableEffect, verdict, reason } = compared;
  return {
    ratio: shift && exponentials(shift),
    allowance: { low: Math.exp(allowance.low), high: Math.exp(allowance.high) },
    test,
    minimumDetectableEffect,
    ...(blocked === null
      ? { verdict: VERDICTS[verdict], reason }
      : { verdict: 'inconclusive', reason: blocked }),
  };
}

const VERDICTS = {
  up: 'increased',
  down: 'decreased',
  'no-difference': 'no-difference',
  inconclusive: 'inconclusive',
} as const satisfies Record<SampleComparison['verdict'], Change['verdict']>;

function medianOf(
  name: VariantName,
  record: RunRecord,
  figure: (trial: TrialRecord) => number | null,
  divisor: number,
): Measured | null {
  const variant = record.variants.find((each) => each.name === name);
  const median = variant === undefined ? null : trialMedian(variant, figure, levelOf(record));
  return (
    median && {
      estimate: median.estimate / divisor,
      low: median.low / divisor,
      high: median.high / divisor,
      level: median.level,
    }
  );
}

/** Of ratios, whose logarithms are given. */
function ratioMedians(
  samples: Samples,
  before: RunRecord,
  after: RunRecord,
): { readonly before: Measured | null; readonly after: Measured | null } {
  const of = (logs: readonly number[], record: RunRecord): Measured | null => {
    const interval = medianInterval(sortNumbers(logs), levelOf(record));
    return interval && exponentials(interval);
  };
  return { before: of(samples.before, before), after: of(samples.after, after) };
}

export function plainFigures(
  { name }: Pick<VariantSamples, 'name'>,
  before: RunRecord,
  after: RunRecord,
): Pick<ComparedVariant, (typeof PLAIN_METRICS)[number]['field']> {
  const [one, other] = [before, after].map(({ variants }) => variants.find((each) => each.name === name));
  const of = (metric: Metric, variant: VariantRecord | undefined) =>
    variant === undefined ? null : figureOf(metric, { ...variant, summaryWithFailures: null });
  const figures = PLAIN_METRICS.map(({ name: metric, field }): [string, Figures] => [
    field,
    { before: of(METRICS[metric], one), after: of(METRICS[metric], other) },
  ]);
  return Object.fromEntries(figures) as ReturnType<typeof plainFigures>;
}

/** Every variant changed the same way and none against the others: so it looks on another machine, too. */
function allAlike(variants: readonly ComparedVariant[]): ComparisonWarning[] {
  const verdict = variants[0]?.change.verdict;
  const alike = variants.every(({ change }) => change.verdict === verdict);
  const ratios = variants.flatMap(({ speedup }) => speedup ?? []);
  if (!alike || ratios.length === 0 || (verdict !== 'increased' && verdict !== 'decreased')) return [];
  if (ratios.some(({ change }) => change.verdict !== 'no-difference')) return [];
  const way = verdict === 'increased' ? 'slower' : 'faster';
  return [
    {
      code: 'all-alike',
      message: `all variants became equally ${way}: a ${way} machine has the same effect`,
    },
  ];
}
