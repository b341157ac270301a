import type { CpuProfile } from '../types/cpu-profile.ts';
import { type NodeIndex, nodeIndex, nodeOrder } from './node-index.ts';

/**
 * Self time of every node of a parsed profile, µs, by its position in `nodes`. The sum is
 * `endTime − startTime`, always, and no value is negative.
 *
 * Policy, the one of Chrome DevTools (CPUProfileDataModel: timestamps from `startTime` plus the running sum of
 * `timeDeltas`, samples sorted by them, each lasting until the next) and speedscope: a sample is the stack at
 * an instant, and what ran at that instant is taken to run on until the next sample. The last sample lasts
 * until `endTime`. What precedes the first one is credited to it as well: the profiler takes a sample as it
 * starts, so that this is next to nothing.
 *
 * V8 returns samples out of order now and then: they are sorted by time, so that their time is neither lost
 * nor negative. Instants outside of the profile are moved to its nearer end.
 *
 * A profile without samples has its duration split by `hitCount`; without those, all of it is the root's.
 */
export function selfTimes(profile: CpuProfile, index: NodeIndex = nodeIndex(profile.nodes)): Float64Array {
  const self = new Float64Array(profile.nodes.length);
  const { samples, timeDeltas } = profile;
  if (samples === undefined || timeDeltas === undefined || samples.length === 0) {
    splitByHits(profile, self, index);
    return self;
  }
  const times = sampleTimes(profile);
  const order = timeOrder(times);
  let from = profile.startTime;
  for (let i = 0; i < samples.length; i++) {
    const next = i + 1 < samples.length ? times[order === null ? i + 1 : order[i + 1]!]! : profile.endTime;
    const at = index(samples[order === null ? i : order[i]!]!);
    self[at]! += next - from;
    from = next;
  }
  return self;
}

/** When each sample was taken, µs on the profile's clock, in the order of `samples`, within the profile. */
export function sampleTimes(profile: CpuProfile): Float64Array {
  const deltas = profile.timeDeltas ?? [];
  const times = new Float64Array(deltas.length);
  let now = profile.startTime;
  for (let i = 0; i < deltas.length; i++) {
    // The running sum is kept as it comes: a sample that is late and the one after it compensate each other.
    now += deltas[i]!;
    times[i] = Math.min(Math.max(now, profile.startTime), profile.endTime);
  }
  return times;
}

/** Positions sorted by time, ties as they came; null if they are in order already, which is usual. */
export function timeOrder(times: Float64Array): Uint32Array | null {
  let sorted = true;
  for (let i = 1; sorted && i < times.length; i++) sorted = times[i]! >= times[i - 1]!;
  if (sorted) return null;
  return Uint32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
}

function splitByHits(profile: CpuProfile, self: Float64Array, index: NodeIndex): void {
  const duration = profile.endTime - profile.startTime;
  const hits = profile.nodes.reduce((sum, node) => sum + (node.hitCount ?? 0), 0);
  if (hits === 0) {
    self[nodeOrder(profile.nodes, index).preorder[0]!] = duration;
    return;
  }
  // Differences of rounded running sums: whole µs that add up to the duration exactly.
  let seen = 0;
  let given = 0;
  profile.nodes.forEach((node, position) => {
    seen += node.hitCount ?? 0;
    const until = seen === hits ? duration : Math.floor((duration * seen) / hits);
    self[position] = until - given;
    given = until;
  });
}
