import { comparedQuantity } from '../../core/documents/comparable.ts';
import type {
  Caution,
  Change,
  ComparedVariant,
  Figures,
  Measured,
  RunComparison,
} from '../../core/documents/comparison.ts';
import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import {
  compareSamples,
  type SampleComparison,
  type Samples,
} from '../../core/statistics/compare-samples.ts';
import { medianInterval } from '../../core/statistics/median-interval.ts';
import { sortNumbers } from '../../core/statistics/quantile.ts';
import { isBusy } from '../gates/machine-load.ts';
import { differencesOf } from './differences.ts';
import { changeSamples, type JudgedSamples, levelOf, type VariantSamples } from './samples.ts';
import { warningsOf } from './warnings.ts';

/**
 * Compares two runs of the same work (see `unlikeWork`), variant by variant. Pure. The trials of the two were
 * taken at different times, so they are independent samples and not pairs: see `compareSamples`.
 */
export function compareRuns(before: RunRecord, after: RunRecord): RunComparison {
  const { variants, speedupLevel } = changeSamples(before, after);
  const busy = isBusy(before) || isBusy(after);
  const figures = (samples: JudgedSamples) => medians(samples, before, after);
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
      ms: figures(each.walls),
      change: ofTimes(walls.get(each.walls)!, busy),
      speedup: each.speedups && { ...figures(each.speedups), change: speedups.get(each.speedups)! },
      cpu: { ...figures(each.cpu), change: cpu.get(each.cpu)! },
      ...plainFigures(each, before, after),
    };
  });
  return {
    schemaVersion: 2,
    before: identityOf(before),
    after: identityOf(after),
    paired: false,
    quantity: comparedQuantity(after.spec),
    differences: differencesOf(before, after),
    warnings: [...warningsOf(before, after), ...allAlike(compared)],
    variants: compared,
  };
}

/** On a busy machine it is known why a time is too noisy. */
function ofTimes(change: Change, busy: boolean): Change {
  return busy && change.reason === 'too-noisy' ? { ...change, reason: 'machine-busy' } : change;
}

/** One quantity of all variants: the correction is over these. */
function changesOf(samples: readonly JudgedSamples[], level?: number): Map<JudgedSamples, Change> {
  const compared = compareSamples(samples, level === undefined ? {} : { level });
  return new Map(samples.map((each, index) => [each, changeOf(compared[index]!, each)]));
}

export function identityOf(record: RunRecord): RunComparison['before'] {
  const { id, createdAt, threadmill, commandLine, status, equivalence } = record;
  return { id, createdAt, threadmill, commandLine, status, baseline: equivalence.baseline };
}

function changeOf(compared: SampleComparison, { allowance, blocked }: JudgedSamples): Change {
  const { shift, test, minimumDetectableEffect, verdict, reason } = compared;
  return {
    ratio: shift && {
      estimate: Math.exp(shift.estimate),
      low: Math.exp(shift.low),
      high: Math.exp(shift.high),
      level: shift.level,
    },
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

/** Medians of the figures whose logarithms are given, with the level of each run's own intervals. */
export function medians(
  samples: Samples,
  before: RunRecord,
  after: RunRecord,
): { readonly before: Measured | null; readonly after: Measured | null } {
  const of = (logs: readonly number[], record: RunRecord): Measured | null => {
    const interval = medianInterval(sortNumbers(logs), levelOf(record));
    return (
      interval && {
        estimate: Math.exp(interval.estimate),
        low: Math.exp(interval.low),
        high: Math.exp(interval.high),
        level: interval.level,
      }
    );
  };
  return { before: of(samples.before, before), after: of(samples.after, after) };
}

export function plainFigures(
  { name }: Pick<VariantSamples, 'name'>,
  before: RunRecord,
  after: RunRecord,
): Pick<ComparedVariant, 'startupMs' | 'p50Ms' | 'peakRssBytes'> {
  const one = before.variants.find((variant) => variant.name === name);
  const other = after.variants.find((variant) => variant.name === name);
  const figures = (of: (variant: VariantRecord) => number | null | undefined): Figures => ({
    before: (one && of(one)) ?? null,
    after: (other && of(other)) ?? null,
  });
  return {
    startupMs: figures((variant) => variant.startupMs),
    p50Ms: figures(({ summary }) => summary?.latencyMs.p50),
    peakRssBytes: figures(({ summary }) => summary?.peakRssBytes),
  };
}

/** Every variant changed the same way and none against the others: so it looks on another machine, too. */
function allAlike(variants: readonly ComparedVariant[]): Caution[] {
  const verdict = variants[0]?.change.verdict;
  const alike = variants.every(({ change }) => change.verdict === verdict);
  const ratios = variants.flatMap(({ speedup }) => speedup ?? []);
  if (!alike || ratios.length === 0 || (verdict !== 'increased' && verdict !== 'decreased')) return [];
  if (ratios.some(({ change }) => change.verdict !== 'no-difference')) return [];
  const way = verdict === 'increased' ? 'slower' : 'faster';
  return [
    {
      code: 'all-alike',
      message: `all variants became ${way} alike, and none against the others: a ${way} machine looks just so`,
    },
  ];
}
