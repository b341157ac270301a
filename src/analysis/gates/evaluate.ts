import type { GatedVariant, GateResult } from '../../core/documents/comparison.ts';
import type { RunRecord, VariantRecord } from '../../core/documents/run-record.ts';
import type { GateOutcome } from '../../core/documents/verdict.ts';
import { failedCount } from '../../core/outcomes.ts';
import { widenedShift } from '../../core/statistics/compare-samples.ts';
import { confidenceSequence } from '../../core/statistics/confidence-sequence.ts';
import { medianInterval } from '../../core/statistics/median-interval.ts';
import { sortNumbers } from '../../core/statistics/quantile.ts';
import { noiseFloor, type PairedVariant, pairedVariants, type Versions } from '../against/paired.ts';
import {
  type ChangeSamples,
  changeSamples,
  type JudgedSamples,
  levelOf,
  type VariantSamples,
} from '../comparison/samples.ts';
import { type Metric, metricOf, type Reading, readMetric } from '../metrics.ts';
import { aaFailed } from './exit-code.ts';
import { type ChangeMetric, type Gate, isChange, type Operator } from './parse-gate.ts';

const ALPHA = 0.05;

/**
 * Whether a gate holds, by the interval of the trials' median: failed beyond the threshold, passed below it, else
 * inconclusive. What was not measured is never passed. A gate on `any` fails at 1 − 5%/variants (Bonferroni).
 * @param before what changes like `regression` are against
 * @param versions of a run with `--against`: a gate below the noise floor is inconclusive, unless the change surely
 * exceeds both
 */
export function evaluateGate(
  gate: Gate,
  record: RunRecord,
  before: RunRecord | null,
  versions: Versions | null = null,
): GateResult {
  const { expression, unit, threshold } = gate;
  const variants = isChange(gate.metric)
    ? changedVariants(gate, gate.metric, record, before, versions)
    : measured(gate, metricOf(gate.metric), record);
  return { expression, outcome: overall(variants), unit, threshold, variants };
}

function changedVariants(
  gate: Gate,
  metric: ChangeMetric,
  record: RunRecord,
  before: RunRecord | null,
  versions: Versions | null,
): GatedVariant[] {
  if (versions !== null) return changedInRounds(gate, metric, pairedVariants(versions));
  return before === null ? [] : changed(gate, metric, changeSamples(before, record));
}

function overall(variants: readonly GatedVariant[]): GateOutcome {
  if (variants.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return variants.length > 0 && variants.every(({ outcome }) => outcome === 'passed')
    ? 'passed'
    : 'inconclusive';
}

function measured(gate: Gate, metric: Metric, record: RunRecord): GatedVariant[] {
  const read = record.variants
    .filter(({ name }, index) =>
      gate.variant === 'any' ? !(metric.ratioOf !== undefined && index === 0) : name === gate.variant,
    )
    .map((variant) => ({ name: variant.name, reading: readingOf(gate, metric, variant, record) }));
  const levels = levelsOf(levelOf(record), read.filter(({ reading }) => reading.kind === 'trials').length);
  return read.map(({ name, reading }) => judge(gate, name, reading, levels));
}

function readingOf(gate: Gate, metric: Metric, variant: VariantRecord, record: RunRecord): Reading {
  const reading = readMetric(metric, variant, record);
  if (reading.kind === 'trials' && aaFailed(record)) return { kind: 'none', reason: 'aa-failed' };
  if (gate.metric !== 'failed' || gate.unit !== '%' || reading.kind !== 'single') return reading;
  const planned = variant.trials.reduce((sum, { outcomes }) => sum + failedCount(outcomes) + outcomes.ok, 0);
  if (planned === 0) return { kind: 'none', reason: 'not-measured' };
  return { kind: 'single', value: (100 * reading.value) / planned };
}

function judge(gate: Gate, variant: GatedVariant['variant'], reading: Reading, levels: Levels): GatedVariant {
  switch (reading.kind) {
    case 'none':
      return inconclusive(variant, reading.reason);
    case 'single': {
      const { value } = reading;
      const outcome = beyond(gate.operator, value, gate.threshold) ? 'failed' : 'passed';
      return { variant, outcome, value, interval: null, reason: null };
    }
    case 'trials': {
      const sorted = sortNumbers(reading.values);
      const { figureOf = (median: number) => median } = reading;
      return decide(gate, variant, levels, (level) => {
        const { estimate, low, high, ...rest } = medianInterval(sorted, level)!;
        const ends = [figureOf(low), figureOf(high)] as const;
        return { ...rest, estimate: figureOf(estimate), low: Math.min(...ends), high: Math.max(...ends) };
      });
    }
  }
}

interface Levels {
  readonly plain: number;
  readonly strict: number;
}

function levelsOf(level: number, variants: number): Levels {
  return { plain: level, strict: 1 - (1 - level) / Math.max(1, variants) };
}

interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: string;
}

function decide(
  { operator, threshold }: Gate,
  variant: GatedVariant['variant'],
  levels: Levels,
  intervalAt: (level: number) => Interval,
): GatedVariant {
  const plain = intervalAt(levels.plain);
  const strict = intervalAt(levels.strict);
  const upwards = operator === '>' || operator === '>=';
  const [reaches, clears] = upwards ? [plain.high, strict.low] : [plain.low, strict.high];
  const result = (
    outcome: GateOutcome,
    { low, high, level }: Interval,
    reason: GatedVariant['reason'],
  ): GatedVariant => ({ variant, outcome, value: plain.estimate, interval: { low, high, level }, reason });
  if (plain.method !== 'range' && !beyond(operator, reaches, threshold)) {
    return result('passed', plain, null);
  }
  if (strict.method === 'range') return result('inconclusive', strict, 'too-few-rounds');
  if (beyond(operator, clears, threshold)) return result('failed', strict, null);
  return result('inconclusive', strict, 'straddles');
}

export function beyond(operator: Operator, value: number, threshold: number): boolean {
  switch (operator) {
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
  }
}

/** Of each change which samples it is of, and how a shift of their logarithms is told in percent. */
const CHANGES: Readonly<
  Record<ChangeMetric, { of(variant: VariantSamples): JudgedSamples | null; percent(shift: Ends): Ends }>
> = {
  regression: { of: ({ walls }) => walls, percent: increase },
  'cpu-regression': { of: ({ cpu }) => cpu, percent: increase },
  'speedup-loss': { of: ({ speedups }) => speedups, percent: loss },
  'cpu-speedup-loss': { of: ({ cpuSpeedups }) => cpuSpeedups, percent: loss },
};

function changed(gate: Gate, metric: ChangeMetric, samples: ChangeSamples): GatedVariant[] {
  const { of, percent } = CHANGES[metric];
  const looked = samples.variants.flatMap((variant) => {
    const chosen = gate.variant === 'any' || gate.variant === variant.name ? of(variant) : null;
    return chosen === null ? [] : [{ name: variant.name, chosen }];
  });
  const levels = levelsOf(metric === 'speedup-loss' ? samples.speedupLevel : 1 - ALPHA, looked.length);
  return looked.map(({ name, chosen }) => {
    if (chosen.blocked !== null) return inconclusive(name, chosen.blocked);
    if (chosen.before.length === 0 || chosen.after.length === 0) return inconclusive(name, 'not-measured');
    return decide(gate, name, levels, (level) => {
      const shift = widenedShift(chosen, level)!;
      return { ...shift, ...percent(shift) };
    });
  });
}

/** A gate on a change of versions that shared their rounds, of each variant that it looks at. */
export function changedInRounds(
  gate: Gate,
  metric: ChangeMetric,
  variants: readonly PairedVariant[],
): GatedVariant[] {
  const looked = variants.filter(({ name }) => gate.variant === 'any' || gate.variant === name);
  const levels = levelsOf(1 - ALPHA, looked.length);
  return looked.map(({ name, walls, cpu }) => {
    const figure = metric === 'regression' ? walls : cpu;
    if (figure.blocked !== null) return inconclusive(name, figure.blocked);
    if (figure.values.length === 0) return inconclusive(name, 'not-measured');
    const judged = decide(gate, name, levels, (level) => {
      const interval = confidenceSequence(figure.values, level)!;
      return { ...interval, ...increase(interval) };
    });
    const floor = noiseFloor(figure);
    const least = floor === null ? Number.POSITIVE_INFINITY : 100 * Math.expm1(floor);
    if (judged.outcome === 'inconclusive' || least <= gate.threshold) return judged;
    if (judged.outcome === 'failed' && judged.interval!.low > least) return judged;
    return { ...judged, outcome: 'inconclusive', reason: floor === null ? 'too-few-rounds' : 'noise-floor' };
  });
}

type Ends = Pick<Interval, 'estimate' | 'low' | 'high'>;

function increase({ estimate, low, high }: Ends): Ends {
  return { estimate: 100 * Math.expm1(estimate), low: 100 * Math.expm1(low), high: 100 * Math.expm1(high) };
}

function loss({ estimate, low, high }: Ends): Ends {
  const gone = (shift: number) => 0 - 100 * Math.expm1(shift);
  return { estimate: gone(estimate), low: gone(high), high: gone(low) };
}

function inconclusive(
  variant: GatedVariant['variant'],
  reason: NonNullable<GatedVariant['reason']>,
): GatedVariant {
  return { variant, outcome: 'inconclusive', value: null, interval: null, reason };
}
