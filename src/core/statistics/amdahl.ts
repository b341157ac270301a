import { createRandom } from './random.ts';
import {
  fitScaling,
  type IntervalEstimate,
  medianByN,
  percentileInterval,
  refit,
  type ScalingPoint,
  throughputAt,
} from './scalability-fit.ts';
import type { ScalabilityOptions } from './universal-scalability-law.ts';

interface AmdahlFit {
  /** Throughput of one thread, per second. */
  readonly lambda: number;
  /** The share of the work that no thread can take off another, 0 to 1. */
  readonly serial: IntervalEstimate;
  /** 1 ÷ serial: what no number of threads exceeds. Null if nothing is serial. */
  readonly greatestSpeedup: number | null;
  /** As in the Universal Scalability Law. */
  readonly residual: number;
}

/** Two parameters, and one degree of freedom to judge them by. */
const MIN = 3;

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
  if (points.length < MIN) return null;
  const fitted = fitScaling(points, 1);
  const replicates = refit(points, fitted, 1, createRandom(seed), resamples);
  // Above 1 throughput falls with every thread: all of it serial is as much as this law can say.
  const share = ({ sigma }: { readonly sigma: number }) => Math.min(1, sigma);
  const serial = percentileInterval(share(fitted), replicates.map(share), points.length - 2);
  const squares = points.reduce(
    (sum, each) => sum + Math.log(each.throughput / throughputAt(fitted, each.n)) ** 2,
    0,
  );
  return {
    lambda: fitted.lambda,
    serial,
    greatestSpeedup: serial.estimate === 0 ? null : 1 / serial.estimate,
    residual: Math.sqrt(squares / points.length),
  };
}
