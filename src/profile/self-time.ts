import type { Profile } from './profile.ts';

/**
 * Self time of every node, µs: never negative, with the sum `endUs − startUs`. As in DevTools and speedscope a sample
 * lasts until the next one, the last until the end; what precedes the first is credited to it. Without samples by hit
 * counts; without those, all is the root's.
 */
export function selfTimes(profile: Profile): Float64Array {
  const { startUs, endUs, nodes, samples } = profile;
  return samples.node.length === 0 ? sharedOut(endUs - startUs, nodes.hits) : addedUp(profile, 'lengths');
}

/**
 * Variance of each node's self time by sampling, µs²; undefined without samples: Σ dᵢ² of its samples' lengths, as of
 * a compound Poisson sum. One long sample is a single event.
 */
export function selfVariance(profile: Profile): Float64Array | undefined {
  return profile.samples.node.length === 0 ? undefined : addedUp(profile, 'squares');
}

/** Per node the sum of its samples' lengths, µs, or of their squares. A callback in their place takes twice the time. */
function addedUp({ startUs, endUs, nodes, samples }: Profile, what: 'lengths' | 'squares'): Float64Array {
  const squared = what === 'squares';
  const sums = new Float64Array(nodes.id.length);
  const { node, timeUs } = samples;
  let from = startUs;
  for (let i = 0; i < node.length; i++) {
    const next = i + 1 < node.length ? timeUs[i + 1]! : endUs;
    const us = next - from;
    sums[node[i]!]! += squared ? us ** 2 : us;
    from = next;
  }
  return sums;
}

/** A time in proportion to weights, in whole µs (but for one) that add up exactly; without weights all is the first's. */
function sharedOut(timeUs: number, weights: Float64Array): Float64Array {
  const parts = new Float64Array(weights.length);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (all <= 0) return parts.fill(timeUs, 0, 1);
  let seen = 0;
  let given = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    seen += weights[i]!;
    const until = seen === all ? timeUs : Math.floor((timeUs * seen) / all);
    parts[i] = until - given;
    given = until;
  }
  return parts;
}
