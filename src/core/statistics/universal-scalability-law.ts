import { normalQuantile } from './normal.ts';
import { median } from './quantile.ts';
import { createRandom } from './random.ts';
import {
  fitScaling,
  type IntervalEstimate,
  medianByN,
  percentileInterval,
  refit,
  type ScalingParameters,
  type ScalingPoint,
  throughputAt,
} from './scalability-fit.ts';

interface ScalabilityLaw {
  /** Throughput of one, per second. */
  readonly lambda: number;
  /** Contention: the share of work that waits its turn. */
  readonly sigma: IntervalEstimate;
  /** Coherency: what each pair costs. 0: throughput levels off, but never falls. */
  readonly kappa: IntervalEstimate;
  /** Where throughput is highest; null if κ is 0, so that it never falls. */
  readonly peak: {
    readonly n: number;
    readonly low: number;
    /** Null: with 95% confidence there may be no peak at all. */
    readonly high: number | null;
    readonly throughput: number;
    /** Beyond what was measured, so more of a guess than the interval says. */
    readonly extrapolated: boolean;
  } | null;
  /** Root of the mean squared residual, relative: 0.03 means that points lie about 3% off the curve. */
  readonly residual: number;
  readonly points: number;
}

export interface ScalabilityOptions {
  readonly seed: number;
  readonly resamples?: number;
}

const PARAMETERS = 3;
/** One degree of freedom to judge the parameters by. */
const MIN = PARAMETERS + 1;
/** Degrees of freedom from which on Student's t is the normal. */
const MANY = 2_000;

/**
 * The Universal Scalability Law X(n) = λn / (1 + σ(n−1) + κn(n−1)): Gunther, Guerrilla Capacity Planning (2007),
 * chapters 4 to 6. Peak at √((1−σ)/κ). 95% intervals by bootstrap over the points, one for each `n` (the median of its
 * throughputs): of four or five points they are wide, and should be. Null for fewer than four different `n`.
 * @throws RangeError for an `n` below 1 or a throughput that isn't positive
 */
export function fitScalabilityLaw(
  measured: readonly ScalingPoint[],
  { seed, resamples = 2000 }: ScalabilityOptions,
): ScalabilityLaw | null {
  const points = medianByN(measured);
  if (points.length < MIN) return null;
  const fitted = fitScaling(points, 2);
  return lawOf(
    points,
    fitted,
    refit(points, fitted, 2, createRandom(seed), resamples),
    points.length - PARAMETERS,
  );
}

/** A throughput with its 95% interval. */
export type MeasuredPoint = ScalingPoint & Pick<IntervalEstimate, 'low' | 'high'>;

export interface MeasuredScaling {
  readonly law: ScalabilityLaw;
  readonly fitted: ScalingParameters;
  /** Fits to points as they could have come out as well. */
  readonly replicates: readonly ScalingParameters[];
  /** Of those, for intervals. */
  readonly degrees: number;
  /** Standard deviation of the logarithm of one measured throughput. */
  readonly noise: number;
}

/**
 * The same law for few points with intervals of their own, one for each `n`: three are enough. Each replicate moves every
 * point at random by its own uncertainty or by the distance of the points from the curve, whichever is greater. Three points
 * mostly lie on a curve exactly: whether the law holds at all is then in no interval. Null for fewer than three.
 * @throws RangeError as above
 */
export function fitMeasuredScaling(
  measured: readonly MeasuredPoint[],
  { seed, resamples = 2000 }: ScalabilityOptions,
): MeasuredScaling | null {
  const points = medianByN(measured);
  if (points.length < PARAMETERS) return null;
  const fitted = fitScaling(points, 2);
  // σ and κ at 0 are not fitted.
  const free = points.length - 1 - [fitted.sigma, fitted.kappa].filter((each) => each > 0).length;
  const distance = free === 0 ? 0 : residualOf(points, fitted) * Math.sqrt(points.length / free);
  const deviations = points.map(({ n }) => {
    const { low, high } = measured.find((point) => point.n === n)!;
    return Math.max(distance, Math.log(high / low) / (2 * normalQuantile(0.975)));
  });
  const random = createRandom(seed);
  const replicates = Array.from({ length: resamples }, () =>
    fitScaling(
      points.map(({ n, throughput }, at) => ({
        n,
        throughput:
          (free === 0 ? throughput : throughputAt(fitted, n)) * Math.exp(deviations[at]! * normal(random)),
      })),
      2,
    ),
  );
  const degrees = points.length === PARAMETERS ? MANY : points.length - PARAMETERS;
  return {
    law: lawOf(points, fitted, replicates, degrees),
    ...{ fitted, replicates, degrees },
    noise: median(deviations)!,
  };
}

/** What a measurement at `n` should give, by the law and the noise of one measurement. */
export function predictAt(
  { fitted, replicates, degrees, noise }: MeasuredScaling,
  n: number,
): IntervalEstimate {
  const random = createRandom(Math.round(n));
  return percentileInterval(
    throughputAt(fitted, n),
    replicates.map((each) => throughputAt(each, n) * Math.exp(noise * normal(random))),
    degrees,
  );
}

/** The least `n` that reaches a throughput by the law, not below 1; null: none does. */
export function reaching({ lambda, sigma, kappa }: ScalingParameters, throughput: number): number | null {
  if (throughput <= lambda) return 1;
  // Smaller root of κR n² − (λ + κR − σR) n + R (1 − σ) = 0, in a form that κ = 0 does not hurt.
  const linear = lambda + (kappa - sigma) * throughput;
  const inside = linear ** 2 - 4 * kappa * throughput ** 2 * (1 - sigma);
  if (linear <= 0 || inside < 0 || sigma >= 1) return null;
  return (2 * throughput * (1 - sigma)) / (linear + Math.sqrt(inside));
}

/** The same with its interval; `high` null: there may be no such `n`. Null where the fitted law has none. */
export function reachingWithin(
  { fitted, replicates, degrees }: MeasuredScaling,
  throughput: number,
): { readonly n: number; readonly low: number; readonly high: number | null } | null {
  const n = reaching(fitted, throughput);
  if (n === null) return null;
  // 1 ÷ n is finite where there is no n.
  const inverse = (parameters: ScalingParameters) =>
    1 / (reaching(parameters, throughput) ?? Number.POSITIVE_INFINITY);
  const { low, high } = percentileInterval(1 / n, replicates.map(inverse), degrees);
  return { n, low: 1 / high, high: low === 0 ? null : 1 / low };
}

function normal(random: () => number): number {
  return normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())));
}

function residualOf(points: readonly ScalingPoint[], fitted: ScalingParameters): number {
  const squares = points.reduce(
    (sum, each) => sum + Math.log(each.throughput / throughputAt(fitted, each.n)) ** 2,
    0,
  );
  return Math.sqrt(squares / points.length);
}

function lawOf(
  points: readonly ScalingPoint[],
  fitted: ScalingParameters,
  replicates: readonly ScalingParameters[],
  degrees: number,
): ScalabilityLaw {
  const interval = (of: (parameters: ScalingParameters) => number) =>
    percentileInterval(of(fitted), replicates.map(of), degrees);
  const inverse = interval(inverseSquaredPeak);
  const n = 1 / Math.sqrt(inverse.estimate);
  return {
    lambda: fitted.lambda,
    sigma: interval(({ sigma }) => sigma),
    kappa: interval(({ kappa }) => kappa),
    peak:
      inverse.estimate === 0
        ? null
        : {
            n,
            low: 1 / Math.sqrt(inverse.high),
            high: inverse.low === 0 ? null : 1 / Math.sqrt(inverse.low),
            throughput: throughputAt(fitted, n),
            extrapolated: n > points.at(-1)!.n,
          },
    residual: residualOf(points, fitted),
    points: points.length,
  };
}

/** κ / (1 − σ), at most 1: unlike the peak itself it is finite when there is none, then 0. */
function inverseSquaredPeak({ sigma, kappa }: ScalingParameters): number {
  return kappa === 0 ? 0 : sigma >= 1 ? 1 : Math.min(1, kappa / (1 - sigma));
}
