import { holdsEstimate, type Interval } from '../documents/estimate.ts';
import { normalCdf } from './normal.ts';
import { median, quantile, sortNumbers } from './quantile.ts';
import type { Random } from './random.ts';
import { studentQuantile } from './student-t.ts';

/** Throughput, per second, at a concurrency or thread count `n`, at least 1. */
export interface ScalingPoint {
  readonly n: number;
  readonly throughput: number;
}

/** Throughput is λ n / (1 + σ (n − 1) + κ n (n − 1)): λ per second, σ and κ without a unit, none negative. */
export interface ScalingParameters {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

/** A fit has converged: relative change of the coefficients, or number of steps. */
const SETTLED = { change: 1e-13, steps: 60 };
/** Looser for a resample: still far below the differences between resamples. */
const SETTLED_RESAMPLE = { change: 1e-6, steps: 12 };
/** Squared relative error below which one more coefficient explains only rounding. */
const ROUNDING = 1e-26;

/** One point for each `n`, the median of its throughputs, in the order of `n`. */
export function medianByN(points: readonly ScalingPoint[]): ScalingPoint[] {
  const ns = [...new Set(points.map(({ n }) => n))].sort((one, other) => one - other);
  return ns.map((n) => {
    const throughput = median(points.flatMap((point) => (point.n === n ? [point.throughput] : [])))!;
    if (!(n >= 1 && throughput > 0)) throw new RangeError(`not a point: ${throughput} per second at ${n}`);
    return { n, throughput };
  });
}

export function throughputAt({ lambda, sigma, kappa }: ScalingParameters, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/**
 * Least squares of log throughput, as disturbances are relative. n ÷ X is linear in 1/λ, σ/λ and κ/λ: Gauss–Newton,
 * each step exact with σ, κ ≥ 0. `terms` 1 leaves κ at 0.
 * @param weights of the residuals, all 1 if left out
 */
export function fitScaling(
  points: readonly ScalingPoint[],
  terms: 1 | 2,
  settled = SETTLED,
  weights: readonly number[] = points.map(() => 1),
): ScalingParameters {
  const shapes = [points.map(() => 1), points.map(({ n }) => n - 1), points.map(({ n }) => n * (n - 1))];
  const costs = points.map(({ n, throughput }) => n / throughput);
  let solution: readonly number[] = [1, 0, 0];
  for (let step = 0; step < settled.steps; step++) {
    const columns = shapes.map((shape) => shape.map((each, at) => (weights[at]! * each) / costs[at]!));
    const targets = points.map(
      ({ n, throughput }, at) => weights[at]! * (1 + Math.log(n / costs[at]! / throughput)),
    );
    const next = nonNegative(columns, targets, terms);
    const change = Math.max(...next.map((each, at) => Math.abs(each - solution[at]!)));
    solution = next;
    for (let at = 0; at < costs.length; at++) costs[at] = sumAt(shapes, solution, at);
    if (change <= settled.change * solution[0]!) break;
  }
  const [a = 1, b = 0, c = 0] = solution;
  return { lambda: 1 / a, sigma: b / a, kappa: c / a };
}

/**
 * Fits to resampled residuals (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, §9.4), enlarged for fitted
 * parameters. What the law cannot follow counts as noise.
 */
export function refit(
  points: readonly ScalingPoint[],
  fitted: ScalingParameters,
  terms: 1 | 2,
  random: Random,
  resamples: number,
): ScalingParameters[] {
  const residuals = points.map(({ n, throughput }) => Math.log(throughput / throughputAt(fitted, n)));
  const enlarged = Math.sqrt(points.length / (points.length - terms - 1));
  return Array.from({ length: resamples }, () =>
    fitScaling(
      points.map(({ n }) => {
        const residual = residuals[Math.floor(random() * residuals.length)]! * enlarged;
        return { n, throughput: throughputAt(fitted, n) * Math.exp(residual) };
      }),
      terms,
      SETTLED_RESAMPLE,
    ),
  );
}

/**
 * 95% percentile interval, with Student's t in place of the normal when the level is chosen: of few points the plain one
 * is too narrow (Hesterberg, "What Teachers Should Know about the Bootstrap", American Statistician 69, 2015).
 */
export function percentileInterval(
  estimate: number,
  replicates: readonly number[],
  degrees: number,
): Interval {
  const sorted = sortNumbers(replicates);
  const tail = normalCdf(-studentQuantile(0.975, degrees));
  const low = Math.min(estimate, quantile(sorted, tail)!);
  return { estimate, low, high: Math.max(estimate, quantile(sorted, 1 - tail)!) };
}

/** Least squares with every coefficient but the first at least 0. */
function nonNegative(
  columns: readonly (readonly number[])[],
  targets: readonly number[],
  terms: 1 | 2,
): readonly number[] {
  const start = withColumn({ units: [], upper: [], taken: [], projected: [], rest: targets }, columns, 0)!;
  const first = withColumn(start, columns, 1);
  const candidates = [start, first];
  if (terms === 2) candidates.push(withColumn(start, columns, 2), first && withColumn(first, columns, 2));
  let best: { readonly error: number; readonly solution: number[] } | null = null;
  for (const candidate of candidates) {
    if (candidate === null) continue;
    const solution = solutionOf(candidate);
    if (solution.some((each) => each < 0) || solution[0] === 0) continue;
    let error = 0;
    for (let at = 0; at < targets.length; at++) error += (sumAt(columns, solution, at) - targets[at]!) ** 2;
    if (best === null || error < best.error - ROUNDING) best = { error, solution };
  }
  return best!.solution;
}

/** Columns made orthogonal by modified Gram–Schmidt, and what they leave of the targets. */
interface Orthogonal {
  readonly taken: readonly number[];
  readonly units: readonly (readonly number[])[];
  /** For each column its share along each unit up to its own. */
  readonly upper: readonly (readonly number[])[];
  readonly projected: readonly number[];
  readonly rest: readonly number[];
}

/** Null where the column depends on the others. */
function withColumn(
  { taken, units, upper, projected, rest }: Orthogonal,
  columns: readonly (readonly number[])[],
  column: number,
): Orthogonal | null {
  const vector = [...columns[column]!];
  const size = Math.sqrt(dot(vector, vector));
  const shares = units.map((unit) => takeOut(vector, unit));
  const length = Math.sqrt(dot(vector, vector));
  if (length <= 1e-10 * size) return null;
  for (let at = 0; at < vector.length; at++) vector[at]! /= length;
  const left = [...rest];
  return {
    taken: [...taken, column],
    units: [...units, vector],
    upper: [...upper, [...shares, length]],
    projected: [...projected, takeOut(left, vector)],
    rest: left,
  };
}

/** Coefficients; those of other columns are 0. */
function solutionOf({ taken, upper, projected }: Orthogonal): number[] {
  const solution = [0, 0, 0];
  for (let place = taken.length - 1; place >= 0; place--) {
    let value = projected[place]!;
    for (let later = place + 1; later < taken.length; later++) {
      value -= upper[later]![place]! * solution[taken[later]!]!;
    }
    solution[taken[place]!] = value / upper[place]![place]!;
  }
  return solution;
}

/** Takes out of a vector its part along a unit. @returns that part */
function takeOut(vector: number[], unit: readonly number[]): number {
  const along = dot(unit, vector);
  for (let at = 0; at < vector.length; at++) vector[at]! -= along * unit[at]!;
  return along;
}

function sumAt(columns: readonly (readonly number[])[], factors: readonly number[], at: number): number {
  return columns[0]![at]! * factors[0]! + columns[1]![at]! * factors[1]! + columns[2]![at]! * factors[2]!;
}

function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += one[at]! * other[at]!;
  return sum;
}

/**
 * The ratio of two positive figures estimated independently, at the level of their intervals (MOVER: Zou & Donner,
 * Statistics in Medicine 27, 2008). Not for what was measured in pairs.
 * @throws RangeError for an end that isn't positive, and for an estimate outside its interval
 */
export function ratioInterval(above: Interval, below: Interval): Interval {
  const a = logarithms(above);
  const b = logarithms(below);
  const difference = a.estimate - b.estimate;
  const down = Math.hypot(a.estimate - a.low, b.high - b.estimate);
  const up = Math.hypot(a.high - a.estimate, b.estimate - b.low);
  return {
    estimate: Math.exp(difference),
    low: Math.exp(difference - down),
    high: Math.exp(difference + up),
  };
}

function logarithms({ estimate, low, high }: Interval): Interval {
  if (!(low > 0 && holdsEstimate({ estimate, low, high }))) {
    throw new RangeError(`not an interval of a positive figure: ${low}, ${estimate}, ${high}`);
  }
  const log = Math.log(estimate);
  return { estimate: log, low: Math.min(log, Math.log(low)), high: Math.max(log, Math.log(high)) };
}
