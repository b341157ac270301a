import type { HeapProfile } from './heap-profile.ts';

/**
 * Variance of each node's `selfBytes` from sampling, bytes²; variances add up. An allocation of s bytes is sampled
 * with p = 1 − e^(−s/R), R the interval, and counts as s/p (SamplingHeapProfiler::ScaleSample in V8).
 * Horvitz–Thompson (1952): Σ s²(1 − p)/p², which with x = s/R is R² · (x/2 / sinh(x/2))² each. V8 saves s times 1/p
 * rounded to a whole number: that is s over 2.2 R; R², the upper bound, stands for all others.
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

/** 97.5th percentile of the standard normal distribution: ±Z95 covers 95%. */
const Z95 = 1.959964;

/** Half the width of the 95% interval of an estimate with this variance. */
export function errorOf(variance: number): number {
  return Z95 * Math.sqrt(variance);
}
