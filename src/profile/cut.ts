import type { Region } from '../core/documents/v8-profiles.ts';
import { firstIndex } from '../core/first-index.ts';
import type { NodeColumns, Profile } from './profile.ts';

/**
 * The profile of a part of the time. What ran at its start is known from the sample before, which is kept as
 * the first one. `hits` counts the samples kept. Line ticks carry no time, so they can't be cut: they stay
 * with the nodes that are still hit. Nodes are kept, hit or not, so that ids stay those of the original.
 */
export function cutProfile<P extends Profile>(profile: P, region: Region): P {
  const { node, timeUs } = profile.samples;
  const startUs = clamp(region.startUs, profile.startUs, profile.endUs);
  const endUs = clamp(region.endUs, startUs, profile.endUs);
  const whole = startUs === profile.startUs && endUs === profile.endUs;
  if (node.length === 0 || whole) return profile;
  const first = firstIndex(timeUs.length, (i) => timeUs[i]! > startUs);
  const past = firstIndex(timeUs.length, (i) => timeUs[i]! > endUs);
  const from = Math.max(0, first - 1);
  const samples = { node: node.slice(from, past), timeUs: timeUs.slice(from, past) };
  if (first > 0) samples.timeUs[0] = startUs;
  const nodes = { ...profile.nodes, hits: countHits(samples.node, profile.nodes) };
  return { ...profile, startUs, endUs, nodes, ticks: ticksOfHit(profile, nodes), samples };
}

/** Profile of several time windows, in their order, joined without gaps. */
export function joinParts<P extends Profile>(profile: P, parts: readonly Region[]): P {
  const cuts = parts.map((part) => cutProfile(profile, part));
  const [first] = cuts;
  if (first === undefined || cuts.length === 1) return first ?? profile;
  let endUs = first.startUs;
  const timeUs = cuts.flatMap((cut) => {
    const earlierUs = cut.startUs - endUs;
    endUs = cut.endUs - earlierUs;
    return Array.from(cut.samples.timeUs, (us) => us - earlierUs);
  });
  const node = Int32Array.from(cuts.flatMap(({ samples }) => Array.from(samples.node)));
  const nodes = { ...profile.nodes, hits: countHits(node, profile.nodes) };
  const samples = { node, timeUs: Float64Array.from(timeUs) };
  return { ...first, endUs, nodes, ticks: ticksOfHit(profile, nodes), samples };
}

interface CalledNodes {
  readonly frames: Profile['frames'];
  readonly nodes: Pick<NodeColumns, 'frame' | 'parent'>;
}

/**
 * The part of a profile that is not the profiler's own: starting one in a thread takes V8 some 50 ms, stopping
 * it some more, and both show as samples below `node:inspector` at either end.
 */
export function withoutProfiler(profile: Profile): Region {
  const whole = { startUs: profile.startUs, endUs: profile.endUs };
  const { node, timeUs } = profile.samples;
  const own = inspectorNodes(profile);
  let first = 0;
  while (first < node.length && own[node[first]!] === 1) first++;
  if (first === node.length) return whole;
  let last = node.length - 1;
  while (own[node[last]!] === 1) last--;
  return {
    startUs: first === 0 ? whole.startUs : timeUs[first]!,
    endUs: last === node.length - 1 ? whole.endUs : timeUs[last + 1]!,
  };
}

/** 1 for each node at or below a call of Node's inspector module. */
export function inspectorNodes({ frames, nodes }: CalledNodes): Uint8Array {
  const inspector = frames.map(({ url }) => url.startsWith('node:inspector'));
  const own = new Uint8Array(nodes.frame.length);
  for (let node = 0; node < own.length; node++) {
    const above = nodes.parent[node]!;
    if (inspector[nodes.frame[node]!] || (above >= 0 && own[above] === 1)) own[node] = 1;
  }
  return own;
}

function countHits(samples: Int32Array, { id }: NodeColumns): Float64Array {
  const hits = new Float64Array(id.length);
  for (const node of samples) hits[node]!++;
  return hits;
}

function ticksOfHit({ ticks }: Profile, { hits }: NodeColumns): Profile['ticks'] {
  const isHit = (_: number, tick: number) => hits[ticks.node[tick]!]! > 0;
  return {
    node: ticks.node.filter(isHit),
    line: ticks.line.filter(isHit),
    count: ticks.count.filter(isHit),
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
