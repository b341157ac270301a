import type { CallTree } from '../types/flame.ts';
import { longestFirst } from './call-tree.ts';
import { TreeBuilder } from './tree-builder.ts';

/**
 * The tree bottom up: below the root every function that has time of its own, below each its callers, and
 * theirs. The total of a function on the first level is its self time, and Σ selfUs is that of the tree. A
 * stack's time stands where the stack ends, at its outermost caller. Time of the root itself stays there.
 */
export function invertTree(tree: CallTree): CallTree {
  const builder = new TreeBuilder(tree.frame[0] ?? 0);
  for (let node = 0; node < tree.frame.length; node++) {
    const us = tree.selfUs[node]!;
    if (us === 0) continue;
    let place = 0;
    for (let at = node; at > 0; at = tree.parent[at]!) place = builder.child(place, tree.frame[at]!);
    builder.addTime(place, us, tree.variance?.[node]);
  }
  return longestFirst(builder.tree());
}
