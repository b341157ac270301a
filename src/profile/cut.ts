import type { CpuProfile } from '../types/cpu-profile.ts';
import { nodeIndex, nodeOrder } from './node-index.ts';
import { sampleTimes, timeOrder } from './self-time.ts';

/** A span on the profile's clock, µs. */
export interface Region {
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * The profile of a part of the time. What ran at its start is known from the sample before, which is kept as
 * the first one. `hitCount` counts the samples kept. Line ticks carry no time, so they can't be cut: they stay
 * with the nodes that are still hit. Nodes are kept, hit or not, so that ids stay those of the original.
 */
export function cutProfile<P extends CpuProfile>(profile: P, region: Region): P {
  const { samples } = profile;
  const start = clamp(region.startUs, profile.startTime, profile.endTime);
  const end = clamp(region.endUs, start, profile.endTime);
  if (samples === undefined || (start === profile.startTime && end === profile.endTime)) return profile;
  const times = sampleTimes(profile);
  const order = timeOrder(times) ?? times.keys();
  let running: number | null = null;
  const kept: number[] = [];
  const timeDeltas: number[] = [];
  let last = start;
  for (const i of order) {
    const time = times[i]!;
    if (time > end) break;
    if (time <= start) {
      running = samples[i]!;
      continue;
    }
    if (running !== null) {
      kept.push(running);
      timeDeltas.push(0);
      running = null;
    }
    kept.push(samples[i]!);
    timeDeltas.push(time - last);
    last = time;
  }
  if (running !== null) {
    kept.push(running);
    timeDeltas.push(0);
  }
  return {
    ...profile,
    nodes: recount(profile, kept),
    startTime: start,
    endTime: end,
    samples: kept,
    timeDeltas,
  };
}

/**
 * The part of a profile that is not the profiler's own: starting one in a thread takes V8 some 50 ms, stopping
 * it some more, and both show as samples below `node:inspector` at either end.
 */
export function withoutProfiler(profile: CpuProfile): Region {
  const whole = { startUs: profile.startTime, endUs: profile.endTime };
  const { samples } = profile;
  if (samples === undefined || samples.length === 0) return whole;
  const index = nodeIndex(profile.nodes);
  const own = inspectorNodes(profile);
  const times = sampleTimes(profile);
  const order = timeOrder(times) ?? Uint32Array.from(times.keys());
  const isOwn = (i: number) => own[index(samples[order[i]!]!)] === 1;
  let first = 0;
  while (first < order.length && isOwn(first)) first++;
  if (first === order.length) return whole;
  let last = order.length - 1;
  while (isOwn(last)) last--;
  return {
    startUs: first === 0 ? whole.startUs : times[order[first]!]!,
    endUs: last === order.length - 1 ? whole.endUs : times[order[last + 1]!]!,
  };
}

/** 1 for each node at or below a call of Node's inspector module. */
function inspectorNodes(profile: CpuProfile): Uint8Array {
  const { preorder, parent } = nodeOrder(profile.nodes);
  const own = new Uint8Array(profile.nodes.length);
  for (const position of preorder) {
    const above = parent[position]!;
    const { url } = profile.nodes[position]!.callFrame;
    if (url.startsWith('node:inspector') || (above >= 0 && own[above] === 1)) own[position] = 1;
  }
  return own;
}

function recount(profile: CpuProfile, kept: readonly number[]): CpuProfile['nodes'] {
  const hits = new Map<number, number>();
  for (const id of kept) hits.set(id, (hits.get(id) ?? 0) + 1);
  return profile.nodes.map(({ positionTicks, ...node }) => {
    const hitCount = hits.get(node.id) ?? 0;
    return { ...node, hitCount, ...(hitCount > 0 && positionTicks !== undefined ? { positionTicks } : {}) };
  });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
