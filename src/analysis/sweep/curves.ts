import type { Curve, CurvePoint, Exclusion, Law, Panel } from '../../core/documents/sweep-analysis.ts';
import type { SweepAxisName } from '../../core/documents/sweep-axes.ts';
import type {
  PointVariant,
  SweepDefinition,
  SweepPoint,
  SweepRecord,
} from '../../core/documents/sweep-record.ts';
import { ratioInterval, type ScalingPoint } from '../../core/statistics/scalability-fit.ts';
import {
  fitAmdahl,
  fitMeasuredScaling,
  fitScalabilityLaw,
  type MeasuredScaling,
} from '../../core/statistics/universal-scalability-law.ts';
import { isMovedAlong, type VariantName } from '../../core/variants.ts';
import { curveAxis, isScalingAxis } from './axes.ts';
import { capacityOf } from './capacity.ts';
import { highestOf, type UsablePoint, usablePoints } from './usable-points.ts';

/** Of the fits' bootstrap: of each curve, and of all curves of a sweep, which take some ten seconds. */
const RESAMPLES = 2_000;
const RESAMPLES_OF_ALL = 40_000;

function resamplesOf({ axes, variants }: SweepDefinition): number {
  const along = curveAxis(axes);
  const panels = axes.reduce((count, axis) => (axis === along ? count : count * axis.values.length), 1);
  return Math.min(RESAMPLES, Math.floor(RESAMPLES_OF_ALL / (panels * variants.length)));
}

export function panelsOf(record: SweepRecord): Panel[] {
  const { axes } = record.definition;
  const along = curveAxis(axes);
  const alongIndex = axes.indexOf(along);
  const otherIndex = axes.length === 1 ? null : 1 - alongIndex;
  const others = otherIndex === null ? [null] : axes[otherIndex]!.values;
  return others.map((at) => {
    const points = record.points
      .filter((point) => otherIndex === null || point.at[otherIndex] === at)
      .sort((one, other) => one.at[alongIndex]! - other.at[alongIndex]!);
    return panelOf(record, along.name, alongIndex, at, points);
  });
}

function panelOf(
  record: SweepRecord,
  along: SweepAxisName,
  index: number,
  at: number | null,
  points: readonly SweepPoint[],
): Panel {
  const { variants } = record.definition;
  const measured = variants.map((variant) => ({
    variant,
    points: points.map((point): CurvePoint => curvePoint(point, point.at[index]!, variant)),
  }));
  const [first] = measured;
  const start = first?.points.find((point) => point.excluded === null);
  const reference =
    first === undefined || start === undefined || start.throughput === null
      ? null
      : { variant: first.variant, n: start.n, throughput: start.throughput.estimate };
  const curves = measured.map((curve): Curve => {
    const withSpeedup = curve.points.map((point) => ({
      ...point,
      speedup:
        point.throughput === null || point.excluded !== null || start?.throughput == null
          ? null
          : speedupOf(point, start, curve.variant === reference?.variant),
    }));
    const queue = alongQueue(record, along, curve.variant, { curve: withSpeedup, points });
    return {
      variant: curve.variant,
      points: withSpeedup,
      ...(queue ?? lawOf(record, along, curve.variant, withSpeedup)),
      best:
        isScalingAxis(along) && isScaled(along, curve.variant)
          ? bestOf(withSpeedup, record.definition.precision)
          : null,
    };
  });
  return { along, at, reference, curves };
}

function curvePoint(point: SweepPoint, n: number, name: VariantName): CurvePoint {
  const variant = point.result?.variants.find((each) => each.name === name);
  return {
    key: point.key,
    n,
    throughput: variant?.throughput ?? null,
    speedup: null,
    excluded: exclusionOf(point, variant),
  };
}

/** A server at its limit answers every variant alike: what was measured is the server. */
function exclusionOf({ result }: SweepPoint, variant: PointVariant | undefined): Exclusion | null {
  if (result === null || variant === undefined) return 'not-measured';
  if (variant.failedJobs > 0 || variant.trials === 0) return 'jobs-failed';
  if (variant.throughput === null) return 'too-few-jobs';
  const saturated = result.warnings.some(
    ({ code, variant: of }) => code === 'server-saturated' && (of === null || of === variant.name),
  );
  return saturated ? 'server-saturated' : null;
}

/** The reference against itself is 1, and nothing is uncertain about that. */
function speedupOf(point: CurvePoint, start: CurvePoint, sameVariant: boolean): CurvePoint['speedup'] {
  if (sameVariant && point.n === start.n) return { estimate: 1, low: 1, high: 1 };
  const { estimate, low, high } = ratioInterval(point.throughput!, start.throughput!);
  return { estimate, low, high };
}

/** Whether more along this axis is more for this variant at all. */
function isScaled(along: SweepAxisName, variant: VariantName): boolean {
  return isScalingAxis(along) && isMovedAlong(along, variant);
}

/** Three points, each with an interval, are enough for the law, and it is asked about more. Null elsewhere. */
function alongQueue(
  record: SweepRecord,
  along: SweepAxisName,
  variant: VariantName,
  measured: { readonly curve: readonly CurvePoint[]; readonly points: readonly SweepPoint[] },
): Pick<Curve, 'law' | 'lawMissing' | 'capacity'> | null {
  if (along !== 'queue-workers' || !isScaled(along, variant)) return null;
  const { definition, targetRate = null } = record;
  const usable = usablePoints(measured.curve).map(({ n, throughput: { estimate, low, high, level } }) => {
    // Quartiles hold half of the values.
    return { n, throughput: estimate, low, high, level: level ?? 0.5 };
  });
  const options = { seed: definition.seed, resamples: resamplesOf(definition) };
  const scaling: MeasuredScaling | null = fitMeasuredScaling(usable, options);
  const capacity = capacityOf(variant, measured, scaling, targetRate);
  return {
    law: scaling === null ? null : { kind: 'universal-scalability-law', ...scaling.law },
    lawMissing: scaling === null ? 'too-few-points' : null,
    ...(capacity !== null && { capacity }),
  };
}

function lawOf(
  record: SweepRecord,
  along: SweepAxisName,
  variant: VariantName,
  points: readonly CurvePoint[],
): Pick<Curve, 'law' | 'lawMissing'> {
  if (!isScaled(along, variant)) return { law: null, lawMissing: null };
  const usable = usablePoints(points).map(({ n, throughput }): ScalingPoint => {
    return { n, throughput: throughput.estimate };
  });
  const law = along === 'workers' ? amdahl(record, usable) : scalability(record, usable);
  return { law, lawMissing: law === null ? 'too-few-points' : null };
}

function scalability({ definition }: SweepRecord, points: readonly ScalingPoint[]): Law | null {
  const fit = fitScalabilityLaw(points, { seed: definition.seed, resamples: resamplesOf(definition) });
  return fit === null ? null : { kind: 'universal-scalability-law', ...fit };
}

/** Over the thread counts that each have a CPU, if those are enough; else over all. */
function amdahl({ definition, sessions }: SweepRecord, points: readonly ScalingPoint[]): Law | null {
  const cpus = sessions.at(-1)!.environment.availableCpus;
  const options = { seed: definition.seed, resamples: resamplesOf(definition) };
  const within = points.filter(({ n }) => n <= cpus);
  const fitted = fitAmdahl(within, options);
  if (fitted !== null) return { kind: 'amdahl', ...fitted, points: within.length, beyondCpus: false };
  const all = fitAmdahl(points, options);
  return all === null
    ? null
    : { kind: 'amdahl', ...all, points: points.length, beyondCpus: points.some(({ n }) => n > cpus) };
}

/** The smallest value whose throughput can't be told from the highest, or is within `precision` of it. */
function bestOf(points: readonly CurvePoint[], precision: number): Curve['best'] {
  const usable = usablePoints(points);
  const last = usable.at(-1);
  const top = highestOf(usable);
  if (last === undefined || top === undefined || usable.length < 2) return null;
  const enough = usable.find((point) => !isBelow(point, top, precision)) ?? top;
  return {
    n: top.n,
    throughput: top.throughput.estimate,
    enough: enough.n,
    enoughThroughput: enough.throughput.estimate,
    rising: enough === last,
    fallsTo: isBelow(last, top, precision) ? last.throughput.estimate / top.throughput.estimate : null,
    sure: usable.every(({ throughput }) => throughput.method !== 'range'),
  };
}

function isBelow(point: UsablePoint, top: UsablePoint, precision: number): boolean {
  if (point === top) return false;
  const { estimate, low } = ratioInterval(top.throughput, point.throughput);
  return low > 1 && estimate > 1 + precision;
}
