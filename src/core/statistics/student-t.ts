import { bisect } from './bisect.ts';
import { normalQuantile } from './normal.ts';

/** From here on Student's t is within 0.2% of the normal up to its 99.9th percentile. */
const NORMAL_FROM = 2000;

/**
 * The quantile `p` (0 < p < 1) of Student's t with a whole number of degrees of freedom, at least 1: bisection of the
 * finite series 26.7.3 and 26.7.4 of Abramowitz & Stegun, Handbook of Mathematical Functions (1964).
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1) throw new RangeError(`degrees of freedom: ${degrees}`);
  if (!(p > 0 && p < 1)) throw new RangeError(`p: ${p}`);
  if (degrees >= NORMAL_FROM) return normalQuantile(p);
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  // In the angle atan(t / √ν) the range is finite.
  const isEnough = (theta: number) => centralProbability(theta, degrees) >= 2 * p - 1;
  const { without, within } = bisect(0, Math.PI / 2, 60, isEnough);
  return Math.tan((without + within) / 2) * Math.sqrt(degrees);
}

/** P(|T| ≤ √ν · tan θ). */
function centralProbability(theta: number, degrees: number): number {
  const cosine = Math.cos(theta);
  const odd = degrees % 2 === 1;
  // Odd: cos θ + ⅔ cos³ θ + …; even: 1 + ½ cos² θ + … ; up to the power ν − 2.
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= ((power - 1) / power) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
