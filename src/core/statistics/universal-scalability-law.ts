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

/** Three parameters, and one degree of freedom to judge them by. */
const MIN = 4;

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
  const replicates = refit(points, fitted, 2, createRandom(seed), resamples);
  const interval = (of: (parameters: ScalingParameters) => number) =>
    percentileInterval(of(fitted), replicates.map(of), points.length - 3);
  const inverse = interval(inverseSquaredPeak);
  const n = 1 / Math.sqrt(inverse.estimate);
  const squares = points.reduce(
    (sum, each) => sum + Math.log(each.throughput / throughputAt(fitted, each.n)) ** 2,
    0,
  );
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
    residual: Math.sqrt(squares / points.length),
    points: points.length,
  };
}

/** κ / (1 − σ), at most 1: unlike the peak itself it is finite when there is none, then 0. */
function inverseSquaredPeak({ sigma, kappa }: ScalingParameters): number {
  return kappa === 0 ? 0 : sigma >= 1 ? 1 : Math.min(1, kappa / (1 - sigma));
}
