import type { CallTree } from '../core/documents/flame.ts';
import { depthFirst, picked, totalTimes } from './call-tree.ts';

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

/** Adds a tree's times by group, O(nodes). @param root `calls`: it called all there is; `apart`: its own time only */
export function addTimes(
  times: GroupTimes,
  tree: CallTree,
  groupOf: ArrayLike<number>,
  root: 'calls' | 'apart' = 'calls',
): void {
  const below = totalTimes(tree);
  const group = picked(groupOf, tree.frame);
  const outermost = outermostOf(tree.parent, group, times.seen.length, root);
  if (root === 'apart' && group.length > 0) below[0] = tree.self[0]!;
  for (let node = 0; node < group.length; node++) {
    const at = group[node]!;
    times.seen[at] = 1;
    times.self[at]! += tree.self[node]!;
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
  const inOrder = outermostAlong(null, parent, group, groups, root);
  // Nearly all trees lie depth first already; ordering one takes longer than all the rest.
  return (
    inOrder ??
    outermostAlong(
      depthFirst(parent, (a, b) => a - b),
      parent,
      group,
      groups,
      root,
    )!
  );
}

/** @returns null if the order (without one: that of their numbers) is not depth first. */
function outermostAlong(
  order: Int32Array | null,
  parent: ArrayLike<number>,
  group: Int32Array,
  groups: number,
  root: 'calls' | 'apart',
): Uint8Array | null {
  const outermost = new Uint8Array(group.length);
  /** How many nodes of each group are on the way from the root to the node before. */
  const open = new Int32Array(groups);
  let last = -1;
  for (let position = 0; position < group.length; position++) {
    const node = order === null ? position : order[position]!;
    const above = parent[node]!;
    for (; last !== above; last = parent[last]!) {
      if (last === -1) return null;
      // Of a root apart only its own time is counted, and what is below it as if it were not there.
      if (last > 0 || root === 'calls') open[group[last]!]!--;
    }
    if (open[group[node]!] === 0) outermost[node] = 1;
    if (node > 0 || root === 'calls') open[group[node]!]!++;
    last = node;
  }
  return outermost;
}
