import type { HeapProfile } from './heap-profile.ts';

/**
 * Variance of each node's `selfBytes` that comes from sampling, bytes². Variances of nodes add up.
 *
 * An allocation of s bytes is sampled with p = 1 − e^(−s/R), R being the interval, and counts as s/p
 * (SamplingHeapProfiler::ScaleSample in V8). The Horvitz–Thompson estimator of the variance of such a sum is
 * Σ s²(1 − p)/p² over what was sampled (Horvitz and Thompson, 1952, for independent draws). With x = s/R that is
 *
 *     R² · (x/2 / sinh(x/2))²
 *
 * each: R² for small objects, whose number of samples is then simply a Poisson count of R bytes each, and next to
 * nothing for those several times as large as R, none of which is missed.
 *
 * V8 does not save s, but s times 1/p rounded to a whole number. That is s itself where it is over 2.2 R (below,
 * 1/p may round to 2 or more, and 2s ≤ 2 ln 3 · R = 2.197 R); R² stands for all others, of which it is the upper bound.
 */
export function selfVariance({ nodes, samples }: HeapProfile, intervalBytes: number): Float64Array {
  const variance = new Float64Array(nodes.id.length);
  for (let i = 0; i < samples.node.length; i++) {
    variance[samples.node[i]!]! += sampleVariance(samples.bytes[i]!, intervalBytes);
  }
  return variance;
}

const CERTAIN = 2.2;

function sampleVariance(bytes: number, interval: number): number {
  if (bytes <= CERTAIN * interval) return interval ** 2;
  const half = bytes / interval / 2;
  // sinh overflows to infinity for what is never missed: a variance of 0.
  return (interval * (half / Math.sinh(half))) ** 2;
}

/** Of a normal distribution: so many standard deviations to either side hold 95%. */
const Z95 = 1.959964;

/** Half the width of the 95% interval of an estimate with this variance. */
export function errorOf(variance: number): number {
  return Z95 * Math.sqrt(variance);
}
