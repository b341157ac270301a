import type { CallTree } from '../core/documents/flame.ts';
import { longestFirst } from './call-tree.ts';
import { TreeBuilder } from './tree-builder.ts';

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
  const builder = new TreeBuilder(tree.frame[0] ?? 0);
  const place = new Int32Array(tree.frame.length);
  for (let node = 0; node < place.length; node++) {
    if (node > 0) {
      const above = place[tree.parent[node]!]!;
      const frame = tree.frame[node]!;
      const same = callAbove(builder, above, frame, recursion);
      place[node] = same >= 0 ? same : builder.child(above, frame);
    }
    builder.addTime(place[node]!, tree.self[node]!, tree.variance?.[node]);
  }
  return longestFirst(builder.tree());
}

/** The call of that function among a node and what is above it; −1 if there is none. */
function callAbove(builder: TreeBuilder, from: number, frame: number, recursion: Recursion): number {
  if (recursion === 'direct') return builder.frameOf(from) === frame ? from : -1;
  let node = from;
  while (node >= 0 && builder.frameOf(node) !== frame) node = builder.parentOf(node);
  return node;
}
