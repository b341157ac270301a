import type {
  Change,
  ComparedVariant,
  ComparisonWarning,
  RunComparison,
} from '../../core/documents/comparison.ts';
import { SCHEMA_VERSION } from '../../core/documents/schema-version.ts';
import { formatNumber } from '../../core/format.ts';
import { PER_MAD } from '../../core/statistics/change-points.ts';
import {
  anytimePValue,
  confidenceSequence,
  type SequenceInterval,
} from '../../core/statistics/confidence-sequence.ts';
import { holm } from '../../core/statistics/holm.ts';
import { exponentials } from '../../core/statistics/log-ratio.ts';
import { mayDenyDifference } from '../../core/statistics/min-effect.ts';
import { normalQuantile } from '../../core/statistics/normal.ts';
import { median } from '../../core/statistics/quantile.ts';
import { comparedQuantity } from '../comparable.ts';
import { identityOf, mediansOf, plainFigures } from '../comparison/compare-runs.ts';
import { differencesOf } from '../comparison/differences.ts';
import { changeSamples } from '../comparison/samples.ts';
import { workFailed } from '../gates/exit-code.ts';
import { isBusy, takenShareOf } from '../gates/machine-load.ts';
import { comparisonVerdict } from '../verdict/comparison.ts';
import { noiseFloor, type PairedFigure, pairedVariants, type Versions } from './paired.ts';

const ALPHA = 0.05;
const POWER = 0.8;

/** Compares two versions by their shared rounds, variant by variant; wall and CPU are each corrected over the variants. */
export function compareVersions(versions: Versions): RunComparison {
  const { base, change } = versions;
  const paired = pairedVariants(versions);
  const walls = changesOf(paired.map((each) => each.walls));
  const cpu = changesOf(paired.map((each) => each.cpu));
  const variants = changeSamples(base, change).variants.map((samples, index): ComparedVariant => {
    const { name } = samples;
    const figures = mediansOf(name, base, change);
    return {
      name,
      trials: { before: samples.walls.before.length, after: samples.walls.after.length },
      ms: figures.ms,
      change: walls[index]!,
      speedup: null,
      cpu: { ...figures.cpu, change: cpu[index]! },
      ...plainFigures(samples, base, change),
    };
  });
  const comparison: Omit<RunComparison, 'verdict'> = {
    schemaVersion: SCHEMA_VERSION,
    before: identityOf(base),
    after: identityOf(change),
    paired: true,
    quantity: comparedQuantity(change.spec),
    // The names of the versions already say where they are.
    differences: differencesOf(base, change).filter(({ what }) => what !== 'workload file'),
    warnings: warningsOf(versions),
    variants,
  };
  return { ...comparison, verdict: comparisonVerdict(comparison) };
}

function changesOf(figures: readonly PairedFigure[]): Change[] {
  const pValues = figures.map(({ values }) => anytimePValue(values));
  const adjusted = holm(pValues);
  return figures.map((figure, index) => {
    const interval = confidenceSequence(figure.values);
    const test = { pValue: pValues[index]!, pHolm: adjusted[index]!, method: 'sequential' as const };
    const floor = noiseFloor(figure);
    const effect = interval === null || floor === null ? null : detectable(figure.values, interval, floor);
    return {
      ratio: interval && exponentials(interval),
      allowance: { low: 1, high: 1 },
      test: interval === null ? null : test,
      minimumDetectableEffect: effect,
      ...(figure.blocked === null
        ? judge(interval, floor, test.pHolm, effect)
        : { verdict: 'inconclusive', reason: figure.blocked }),
    };
  });
}

/** A claim lies beyond the noise floor with all of its interval. */
function judge(
  interval: SequenceInterval | null,
  floor: number | null,
  pHolm: number,
  effect: number | null,
): Pick<Change, 'verdict' | 'reason'> {
  const inconclusive = (reason: Change['reason']) => ({ verdict: 'inconclusive' as const, reason });
  if (interval === null || interval.method === 'range' || floor === null)
    return inconclusive('too-few-rounds');
  const { low, high } = interval;
  if (low > floor || high < -floor) {
    if (pHolm > ALPHA) return inconclusive('not-after-correction');
    return { verdict: low > floor ? 'increased' : 'decreased', reason: null };
  }
  if (low > 0 || high < 0) return inconclusive('noise-floor');
  return mayDenyDifference(effect) ? { verdict: 'no-difference', reason: null } : inconclusive('too-noisy');
}

/** The smallest increase, percent, whose interval would have lain beyond the floor in 80% of runs. */
function detectable(
  values: readonly number[],
  { low, high, estimate, method }: SequenceInterval,
  floor: number,
): number | null {
  if (method === 'range') return null;
  const deviation = PER_MAD * median(values.map((value) => Math.abs(value - estimate)))!;
  const error = deviation / Math.sqrt(values.length);
  return 100 * Math.expm1(floor + (high - low) / 2 + normalQuantile(POWER) * error);
}

function warningsOf({ base, change }: Versions): ComparisonWarning[] {
  const found: ComparisonWarning[] = [];
  if (change.status === 'aborted') {
    found.push({
      code: 'aborted',
      message: 'the run was stopped before its end; the rounds until then are compared',
    });
  }
  for (const [which, record] of [
    ['base', base],
    ['change', change],
  ] as const) {
    if (!workFailed(record)) continue;
    found.push({
      code: 'work-failed',
      message: `in the ${which} jobs failed or responses differed; no claim is made about those variants`,
    });
  }
  if (isBusy(change)) {
    const share = formatNumber(100 * takenShareOf(change));
    found.push({
      code: 'machine-busy',
      message: `other programs used ${share}% of the CPU: wall times include waiting for it, so CPU per job decides sooner`,
    });
  }
  return found;
}
