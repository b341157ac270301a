import { holdsEstimate } from '../documents/estimate.ts';
import type { IntervalEstimate } from './scalability-fit.ts';

/**
 * The ratio of two positive figures that were estimated apart from each other, from their intervals: of the
 * difference of the logarithms, each end by its own distances (MOVER, the method of variance estimates
 * recovery: Zou & Donner, "Construction of confidence intervals about effect measures", Statistics in Medicine
 * 27, 2008). Its level is that of the two intervals. It takes each for independent of the other, so it is not
 * for what was measured in pairs.
 *
 * @throws RangeError for an end that isn't positive, and for an interval that its estimate is not in
 */
export function ratioInterval(above: IntervalEstimate, below: IntervalEstimate): IntervalEstimate {
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

function logarithms({ estimate, low, high }: IntervalEstimate): IntervalEstimate {
  if (!(low > 0 && holdsEstimate({ estimate, low, high }))) {
    throw new RangeError(`not an interval of a positive figure: ${low}, ${estimate}, ${high}`);
  }
  const log = Math.log(estimate);
  return { estimate: log, low: Math.min(log, Math.log(low)), high: Math.max(log, Math.log(high)) };
}
