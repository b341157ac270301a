import type { CallTree, FlameFrame } from '../types/flame.ts';

/** The tree without the nodes in which a thread had nothing to do: what remains, in its order, is when it ran. */
export function withoutIdle({ frame, parent, selfUs }: CallTree, frames: readonly FlameFrame[]): CallTree {
  const isIdle = Uint8Array.from(frames, ({ category }) => (category === 'idle' ? 1 : 0));
  const place = new Int32Array(frame.length).fill(-1);
  const kept: number[] = [];
  for (let node = 0; node < frame.length; node++) {
    if (node > 0 && (isIdle[frame[node]!] === 1 || place[parent[node]!] === -1)) continue;
    place[node] = kept.length;
    kept.push(node);
  }
  return {
    frame: Int32Array.from(kept, (node) => frame[node]!),
    parent: Int32Array.from(kept, (node) => (node === 0 ? -1 : place[parent[node]!]!)),
    selfUs: Float64Array.from(kept, (node) => selfUs[node]!),
  };
}
