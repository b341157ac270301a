import type { Profile } from './profile.ts';

/**
 * Self time of every node, µs: never negative, with the sum `endUs − startUs`. As in DevTools and speedscope a sample
 * lasts until the next one, the last until the end; what precedes the first is credited to it. Without samples by hit
 * counts; without those, all is the root's.
 */
export function selfTimes({ startUs, endUs, nodes, samples }: Profile): Float64Array {
  const self = new Float64Array(nodes.id.length);
  const { node, timeUs } = samples;
  if (node.length === 0) {
    splitByWeight(endUs - startUs, nodes.hits, self);
    return self;
  }
  let from = startUs;
  for (let i = 0; i < node.length; i++) {
    const next = i + 1 < node.length ? timeUs[i + 1]! : endUs;
    self[node[i]!]! += next - from;
    from = next;
  }
  return self;
}

/**
 * Variance of each node's self time by sampling, µs²; undefined without samples: Σ dᵢ² of its samples' lengths, as of
 * a compound Poisson sum. One long sample is a single event.
 */
export function selfVariance({ startUs, endUs, nodes, samples }: Profile): Float64Array | undefined {
  const { node, timeUs } = samples;
  if (node.length === 0) return undefined;
  const variance = new Float64Array(nodes.id.length);
  let from = startUs;
  for (let i = 0; i < node.length; i++) {
    const next = i + 1 < node.length ? timeUs[i + 1]! : endUs;
    variance[node[i]!]! += (next - from) ** 2;
    from = next;
  }
  return variance;
}

/**
 * Splits a time in proportion to weights, into whole µs (but for one) that add up exactly; without weights all to the
 * first.
 */
function splitByWeight(timeUs: number, weights: Float64Array, parts: Float64Array): void {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (all <= 0) {
    if (parts.length > 0) parts[0] = timeUs;
    return;
  }
  let seen = 0;
  let given = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    seen += weights[i]!;
    const until = seen === all ? timeUs : Math.floor((timeUs * seen) / all);
    parts[i] = until - given;
    given = until;
  }
}
