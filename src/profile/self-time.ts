import type { Profile } from './profile.ts';

/**
 * Self time of every node, µs. The sum is `endUs − startUs`, always, and no value is negative.
 *
 * Policy, that of Chrome DevTools and speedscope: a sample is the stack at an instant, and what ran then is
 * taken to run on until the next sample. The last sample lasts until the end. What precedes the first one is
 * credited to it as well: the profiler takes a sample as it starts, so that this is next to nothing.
 *
 * A profile without samples has its duration split by hit counts; without those, all of it is the root's.
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
 * Variance that sampling alone gives each node's self time, µs²; undefined where there are no samples. Samples fall
 * where they may, so that a time made of samples of d₁, d₂, … µs is a compound Poisson sum, whose variance is
 * estimated by Σ dᵢ². Samples of one length d give the familiar n·d². One long sample (the thread had lost its CPU,
 * or V8 could not be interrupted) is a single event, not as many as it is long.
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
 * Splits a time into parts in proportion to weights; all of it goes to the first if there are none. The parts are differences of rounded running sums: whole µs (but for one) that add up to the time exactly.
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
