import type { CallTree, FlameFrame } from '../types/flame.ts';
import { TreeBuilder } from './tree-builder.ts';

/**
 * The tree with V8's built-in functions as part of whoever called them: whether one of them is a frame of its own
 * (`entries`) or none (`JSON.parse`) depends on how V8 has it, and a reader can only change the caller. One that was
 * called by nobody stays: `(V8 API)` and the like. Values are conserved. Trees of the same shape fold into the same
 * shape.
 */
export function foldBuiltIns(tree: CallTree, frames: readonly FlameFrame[]): CallTree {
  const builder = new TreeBuilder(tree.frame[0] ?? 0);
  const place = new Int32Array(tree.frame.length);
  for (let node = 0; node < place.length; node++) {
    if (node > 0) {
      const above = place[tree.parent[node]!]!;
      const frame = tree.frame[node]!;
      const isPart = above > 0 && frames[frame]!.category === 'native';
      place[node] = isPart ? above : builder.child(above, frame);
    }
    builder.addTime(place[node]!, tree.selfUs[node]!, tree.variance?.[node]);
  }
  return builder.tree();
}
