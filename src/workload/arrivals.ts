import type { Load } from '../core/documents/spec.ts';
import { createRandom } from '../core/statistics/random.ts';
import { NS_PER_S } from '../core/units.ts';

/** 2^32 divided by the golden ratio, and a bit pattern that keeps these seeds apart from those of the order. */
const GOLDEN = 0x9e3779b9;
const APART = 0x5bf03635;

/**
 * Intended starts of a round's turns, ns after the schedule's start, alike for all variants. Uniform: i/R. Poisson:
 * exponential gaps by inversion (Devroye, Non-Uniform Random Variate Generation, 1986, II.2), anew for each round.
 * @param into offsets by turn; never decreasing
 */
export function fillArrivals(
  into: Float64Array,
  { rate, arrivals }: Pick<Extract<Load, { kind: 'open' }>, 'rate' | 'arrivals'>,
  seed: number,
  round: number,
): Float64Array {
  const gapNs = NS_PER_S / rate;
  if (arrivals === 'uniform') {
    // Not a running sum: its error would grow with the turn.
    for (let turn = 0; turn < into.length; turn++) into[turn] = turn * gapNs;
    return into;
  }
  const random = createRandom(((seed ^ APART) + Math.imul(round + 1, GOLDEN)) >>> 0);
  let at = 0;
  for (let turn = 0; turn < into.length; turn++) {
    // 1 − u is never 0, so the logarithm is finite.
    at -= Math.log(1 - random()) * gapNs;
    into[turn] = at;
  }
  return into;
}
