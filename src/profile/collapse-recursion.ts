import type { CallTree } from '../core/documents/flame.ts';
import { longestFirst } from './call-tree.ts';
import { reshape, type TreeBuilder } from './tree-builder.ts';

/**
 * `direct`: a function that calls itself is one node. `all`: one that comes back after others were called, too.
 * What lies between the outermost and the innermost call of it then leaves the stack, as in Firefox Profiler:
 *
 *     walk ─ visit ─ walk ─ leaf      becomes      walk ─ leaf
 *                └─ visit's own                       └─ visit, with its own time
 */
export type Recursion = 'direct' | 'all';

/** Time is conserved: what was a call of the same function becomes time of, or below, its outermost call. */
export function collapseRecursion(tree: CallTree, recursion: Recursion = 'all'): CallTree {
  return longestFirst(reshape(tree, (builder, above, frame) => callAbove(builder, above, frame, recursion)));
}

/** The call of that function among a node and what is above it; −1 if there is none. */
function callAbove(builder: TreeBuilder, from: number, frame: number, recursion: Recursion): number {
  if (recursion === 'direct') return builder.frameOf(from) === frame ? from : -1;
  let node = from;
  while (node >= 0 && builder.frameOf(node) !== frame) node = builder.parentOf(node);
  return node;
}
