import type { FlameTree } from '../../src/web/flame/tree.ts';

/** Nodes right below a node, the one with the most time first. */
export function childrenOf({ order, childFrom, childCount }: FlameTree, node: number): Int32Array {
  const from = childFrom[node] ?? 0;
  return order.subarray(from, from + (childCount[node] ?? 0));
}
