import { BEAT_US } from '../core/documents/recorder-lines.ts';
import { firstIndex } from '../core/first-index.ts';
import { isNodeInternal } from './category.ts';
import type { Profile } from './profile.ts';

interface StallStack {
  /** When the blocking work began: after the last idle sample, at most one heartbeat after `sinceUs`; µs. */
  readonly startUs: number;
  /** Frames of the stack with the most time, the outermost first: indices into the profile's frames. */
  readonly stack: readonly number[];
  /** Position in `stack` of the innermost function that is neither Node's nor V8's own; −1: there is none. */
  readonly culprit: number;
  /** Share of the time that the function was on the stack, 0 to 1. */
  readonly share: number;
}

const MAX_STACK = 40;

/** The stack that most samples between two instants share. Null: only idle. @param sinceUs last sign of life of the loop */
export function stallStack(profile: Profile, sinceUs: number, untilUs: number): StallStack | null {
  const { frames, nodes, samples } = profile;
  let from = firstAtOrAfter(samples.timeUs, sinceUs);
  // The sample before lasts until then.
  if (from > 0) from--;
  let startUs = sinceUs;
  const latestUs = Math.min(sinceUs + BEAT_US, untilUs);
  const total = new Float64Array(nodes.frame.length);
  let sum = 0;
  for (let i = from; i < samples.node.length && samples.timeUs[i]! < untilUs; i++) {
    const begin = Math.max(samples.timeUs[i]!, sinceUs);
    const end = Math.min(samples.timeUs[i + 1] ?? profile.endUs, untilUs);
    if (end <= begin) continue;
    if (isIdle(profile, samples.node[i]!)) {
      // An idle loop would have beaten by `latestUs`: after that, the sampler had no CPU to see what ran.
      if (begin < latestUs) {
        total.fill(0);
        sum = 0;
        startUs = Math.min(end, latestUs);
      }
      continue;
    }
    sum += end - begin;
    for (let node = samples.node[i]!; node >= 0; node = nodes.parent[node]!) total[node]! += end - begin;
  }
  if (sum === 0) return null;
  const path = heaviestPath(nodes.parent, total, sum);
  const stack = path.map((node) => nodes.frame[node]!).slice(0, MAX_STACK);
  const culprit = stack.findLastIndex((frame) => {
    const { url } = frames[frame]!;
    return url !== '' && !isNodeInternal(url);
  });
  return { startUs, stack, culprit, share: culprit < 0 ? 1 : total[path[culprit]!]! / sum };
}

/**
 * Parts of the time that a worker's event loop did not come back, without those in which it was idle: one that waits for
 * tasks in Atomics.wait is not stalled.
 */
export function busyParts(profile: Profile, sinceUs: number, untilUs: number): [number, number][] {
  const { node, timeUs } = profile.samples;
  const parts: [number, number][] = [];
  let fromUs = sinceUs;
  // Before that an idle event loop may still be in time.
  for (let i = firstAtOrAfter(timeUs, sinceUs + BEAT_US); i < node.length && timeUs[i]! < untilUs; i++) {
    if (!isIdle(profile, node[i]!)) continue;
    if (timeUs[i]! > fromUs) parts.push([fromUs, timeUs[i]!]);
    fromUs = timeUs[i + 1] ?? profile.endUs;
  }
  if (untilUs > fromUs) parts.push([fromUs, untilUs]);
  return parts;
}

function isIdle({ frames, nodes }: Profile, node: number): boolean {
  return frames[nodes.frame[node]!]!.functionName === '(idle)';
}

/** Down from the root while one child has half of the time or more. */
function heaviestPath(parent: Int32Array, total: Float64Array, sum: number): number[] {
  const path: number[] = [];
  let at = 0;
  for (;;) {
    let best = -1;
    // Children come after their parents.
    for (let node = at + 1; node < parent.length; node++) {
      if (parent[node] === at && (best < 0 || total[node]! > total[best]!)) best = node;
    }
    if (best < 0 || total[best]! < sum / 2) return path;
    path.push(best);
    at = best;
  }
}

function firstAtOrAfter(times: Float64Array, us: number): number {
  return firstIndex(times.length, (i) => times[i]! >= us);
}
