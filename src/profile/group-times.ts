import type { CallTree } from '../types/flame.ts';
import { totalTimes } from './call-tree.ts';
import { childrenOf } from './node-order.ts';

/** Per group of frames, µs. */
export interface GroupTimes {
  readonly self: Float64Array;
  /** Time in the group's frames and in what they called; each stack is counted once, however often it holds one. */
  readonly total: Float64Array;
  /** 1 where the group occurs. */
  readonly seen: Uint8Array;
}

export function noTimes(groups: number): GroupTimes {
  return { self: new Float64Array(groups), total: new Float64Array(groups), seen: new Uint8Array(groups) };
}

/**
 * Adds a tree's times by group. O(nodes).
 *
 * @param groupOf per frame: its group.
 * @param root `calls`: the root counts as a frame that called all there is; `apart`: only its own time counts.
 */
export function addTimes(
  times: GroupTimes,
  tree: CallTree,
  groupOf: ArrayLike<number>,
  root: 'calls' | 'apart' = 'calls',
): void {
  const below = totalTimes(tree);
  const group = Int32Array.from(tree.frame, (frame) => groupOf[frame]!);
  const outermost = outermostOf(tree.parent, group, times.seen.length, root);
  if (root === 'apart' && group.length > 0) below[0] = tree.selfUs[0]!;
  for (let node = 0; node < group.length; node++) {
    const at = group[node]!;
    times.seen[at] = 1;
    times.self[at]! += tree.selfUs[node]!;
    if (outermost[node] === 1) times.total[at]! += below[node]!;
  }
}

/** 1 for each node that has none of the same group above it: only there is its time counted. */
function outermostOf(
  parent: ArrayLike<number>,
  group: Int32Array,
  groups: number,
  root: 'calls' | 'apart',
): Uint8Array {
  const { from, children } = childrenOf(parent);
  const outermost = new Uint8Array(group.length);
  const open = new Int32Array(groups);
  const next = from.slice(0, group.length);
  let node = group.length === 0 ? -1 : 0;
  const enter = (): void => {
    if (open[group[node]!]!++ === 0) outermost[node] = 1;
  };
  if (node === 0) enter();
  // Its own time is counted, and what is below it as if it were not there.
  if (root === 'apart' && node === 0) open[group[0]!] = 0;
  while (node !== -1) {
    if (next[node]! < from[node + 1]!) {
      node = children[next[node]!++]!;
      enter();
    } else {
      open[group[node]!]!--;
      node = parent[node]!;
    }
  }
  return outermost;
}
