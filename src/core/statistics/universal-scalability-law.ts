import type { Interval } from '../documents/estimate.ts';
import type { AmdahlLawRecord, ScalabilityLawRecord } from '../documents/sweep-analysis.ts';
import { bisect } from './bisect.ts';
import { mean } from './mean.ts';
import { normalQuantile } from './normal.ts';
import { createRandom } from './random.ts';
import {
  fitScaling,
  medianByN,
  percentileInterval,
  refit,
  type ScalingParameters,
  type ScalingPoint,
  throughputAt,
} from './scalability-fit.ts';
import { studentQuantile } from './student-t.ts';

type ScalabilityLaw = Omit<ScalabilityLawRecord, 'kind'>;

interface ScalabilityOptions {
  readonly seed: number;
  readonly resamples?: number;
}

const PARAMETERS = 3;
/** One degree of freedom to judge the parameters by. */
const MIN = PARAMETERS + 1;
/** Logarithm of a ratio at which the search for the end of an interval stops. */
const FURTHEST = 50;
const BISECTIONS = 30;

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

type AmdahlFit = Omit<AmdahlLawRecord, 'kind' | 'points' | 'beyondCpus'>;

/** Two parameters, and one degree of freedom to judge them by. */
const MIN_FOR_AMDAHL = 3;

/**
 * Amdahl's law, speedup 1 / (s + (1−s)/n): Amdahl, "Validity of the single processor approach to achieving large scale
 * computing capabilities", AFIPS 30 (1967). The Universal Scalability Law with κ = 0 and σ = s, fitted the same way.
 * Null for fewer than three different `n`.
 * @throws RangeError for an `n` below 1 or a throughput that isn't positive
 */
export function fitAmdahl(
  measured: readonly ScalingPoint[],
  { seed, resamples = 2000 }: ScalabilityOptions,
): AmdahlFit | null {
  const points = medianByN(measured);
  if (points.length < MIN_FOR_AMDAHL) return null;
  const fitted = fitScaling(points, 1);
  const replicates = refit(points, fitted, 1, createRandom(seed), resamples);
  // Above 1 throughput falls with every thread: all of it serial is as much as this law can say.
  const share = ({ sigma }: { readonly sigma: number }) => Math.min(1, sigma);
  const serial = percentileInterval(share(fitted), replicates.map(share), points.length - 2);
  return {
    lambda: fitted.lambda,
    serial,
    greatestSpeedup: serial.estimate === 0 ? null : 1 / serial.estimate,
    residual: residualOf(points, fitted),
  };
}

/** A throughput with its interval, which holds the median of its rounds with probability `level`. */
export type MeasuredPoint = ScalingPoint & Pick<Interval, 'low' | 'high'> & { readonly level: number };

export interface MeasuredScaling {
  readonly law: ScalabilityLaw;
  readonly fitted: ScalingParameters;
  /** Fits to points as they could have come out as well. */
  readonly replicates: readonly ScalingParameters[];
  /** Of the deviations, for intervals. */
  readonly degrees: number;
  readonly points: readonly ScalingPoint[];
  /** Standard deviation of the logarithm of each point's throughput. */
  readonly deviations: readonly number[];
}

/**
 * Standard deviation of the logarithm of throughput between two runs of one program, beyond what the rounds of either
 * show (Kalibera & Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013). Four pairs of runs of
 * `make queue-scaling` differed by 0.4%.
 */
const BETWEEN_RUNS = 0.005;

/**
 * The same law for few points with intervals of their own, one for each `n`: three are enough. A point deviates by its
 * rounds, and by what runs differ beyond their rounds. If the points lie further from the curve than that, all
 * deviations are scaled up to it (Birge, Physical Review 40, 1932). Three points mostly lie on a curve exactly: whether
 * the law holds at all is then in no interval. Null for fewer than three.
 * @throws RangeError as above
 */
export function fitMeasuredScaling(
  measured: readonly MeasuredPoint[],
  { seed, resamples = 2000 }: ScalabilityOptions,
): MeasuredScaling | null {
  const points = medianByN(measured);
  if (points.length < PARAMETERS) return null;
  const { deviations: expected, degrees: ofRounds } = deviationsOf(points, measured);
  const { fitted, chiSquare } = weightedFit(points, expected);
  // σ and κ at 0 are not fitted.
  const free = points.length - 1 - [fitted.sigma, fitted.kappa].filter((each) => each > 0).length;
  const isPoor = points.length > PARAMETERS && chiSquare > free;
  const deviations = isPoor ? expected.map((each) => each * Math.sqrt(chiSquare / free)) : expected;
  const degrees = isPoor ? free : ofRounds;
  const random = createRandom(seed);
  const replicates = Array.from({ length: resamples }, () => {
    const moved = points.map(({ n }, at) => ({
      n,
      throughput: throughputAt(fitted, n) * Math.exp(deviations[at]! * normal(random)),
    }));
    return weightedFit(moved, deviations).fitted;
  });
  const law = lawOf(points, fitted, replicates, degrees);
  return { law, fitted, replicates, degrees, points, deviations };
}

/**
 * By the rounds of each point, at least the root mean square of all: a few rounds may agree by chance.
 * @returns also the degrees of freedom, those of all rounds
 */
function deviationsOf(
  points: readonly ScalingPoint[],
  measured: readonly MeasuredPoint[],
): Pick<MeasuredScaling, 'deviations' | 'degrees'> {
  const intervals = points.map(({ n }) => measured.find((point) => point.n === n)!);
  // One round has no interval.
  const own = intervals.map(({ low, high, level }) =>
    level > 0 ? Math.log(high / low) / (2 * normalQuantile((1 + level) / 2)) : 0,
  );
  const pooled = Math.sqrt(mean(own.map((each) => each ** 2)));
  // The range of k values is an interval of level 1 − 2 ^ (1 − k); more rounds narrow it to the level asked for.
  const degrees = intervals.reduce((sum, { level }) => sum + Math.round(-Math.log2(1 - level)), 0);
  return {
    deviations: own.map((each) => Math.hypot(Math.max(each, pooled), BETWEEN_RUNS)),
    degrees: Math.max(1, degrees),
  };
}

/** Least squares in units of each point's deviation. */
function weightedFit(points: readonly ScalingPoint[], deviations: readonly number[]) {
  const fitted = fitScaling(
    points,
    2,
    undefined,
    deviations.map((each) => 1 / each),
  );
  const chiSquare = points.reduce(
    (sum, { n, throughput }, at) =>
      sum + (Math.log(throughput / throughputAt(fitted, n)) / deviations[at]!) ** 2,
    0,
  );
  return { fitted, chiSquare };
}

/**
 * 95% interval of what one more measurement at `n` should give: all throughputs that the law, with σ, κ ≥ 0, fits
 * together with the points, by the predictive profile likelihood (Bjørnstad, "Predictive Likelihood: A Review",
 * Statistical Science 5, 1990), with Student's t for the limit. It holds the noise of the new measurement, and widens
 * with the distance from the points. Unlike a bootstrap it also holds where the true σ or κ is 0.
 */
export function predictAt(scaling: MeasuredScaling, n: number): Interval {
  const { fitted, points, deviations, degrees } = scaling;
  const estimate = throughputAt(fitted, n);
  const limit = weightedFit(points, deviations).chiSquare + studentQuantile(0.975, degrees) ** 2;
  const all = [...deviations, Math.sqrt(mean(deviations.map((each) => each ** 2)))];
  const isHeld = (logRatio: number) =>
    weightedFit([...points, { n, throughput: estimate * Math.exp(logRatio) }], all).chiSquare < limit;
  return {
    estimate,
    low: estimate * Math.exp(-lastHeld(isHeld, -1)),
    high: estimate * Math.exp(lastHeld(isHeld, 1)),
  };
}

/** How far from 0, in the direction of `sign`, it still holds: doubled until it does not, then bisected. */
function lastHeld(isHeld: (logRatio: number) => boolean, sign: 1 | -1): number {
  let [inside, outside] = [0, 0.01];
  while (isHeld(sign * outside) && outside < FURTHEST) [inside, outside] = [outside, 2 * outside];
  return bisect(inside, outside, BISECTIONS, (logRatio) => !isHeld(sign * logRatio)).within;
}

/** The least `n` that reaches a throughput by the law, not below 1; null: none does. */
export function reaching({ lambda, sigma, kappa }: ScalingParameters, throughput: number): number | null {
  if (throughput <= lambda) return 1;
  // Smaller root of κR n² − (λ + κR − σR) n + R (1 − σ) = 0, in a form that κ = 0 does not hurt.
  const linear = lambda + (kappa - sigma) * throughput;
  const inside = linear ** 2 - 4 * kappa * throughput ** 2 * (1 - sigma);
  if (linear <= 0 || inside < 0 || sigma >= 1) return null;
  const n = (2 * throughput * (1 - sigma)) / (linear + Math.sqrt(inside));
  // Throughput may only fall from 1 up.
  return n < 1 ? null : n;
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
