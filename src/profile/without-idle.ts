import type { CallTree, FlameFrame } from '../types/flame.ts';
import { reordered } from './call-tree.ts';

/** The tree without the nodes in which a thread had nothing to do: what remains, in its order, is when it ran. */
export function withoutIdle(tree: CallTree, frames: readonly FlameFrame[]): CallTree {
  const { frame, parent } = tree;
  const isIdle = Uint8Array.from(frames, ({ category }) => (category === 'idle' ? 1 : 0));
  const isGone = new Uint8Array(frame.length);
  const kept = new Int32Array(frame.length);
  let count = 0;
  for (let node = 0; node < frame.length; node++) {
    if (node > 0 && (isIdle[frame[node]!] === 1 || isGone[parent[node]!] === 1)) isGone[node] = 1;
    else kept[count++] = node;
  }
  return reordered(tree, kept.subarray(0, count));
}
