import { holdsEstimate } from '../documents/estimate.ts';
import type { IntervalEstimate } from './scalability-fit.ts';

/**
 * The ratio of two positive figures estimated independently, at the level of their intervals (MOVER: Zou & Donner,
 * Statistics in Medicine 27, 2008). Not for what was measured in pairs.
 * @throws RangeError for an end that isn't positive, and for an estimate outside its interval
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
