import type { CallTree, FlameData, FlameFrame } from '../core/documents/flame.ts';
import { longestFirst, reordered } from './call-tree.ts';
import type { FlameView } from './merge-threads.ts';
import { mergeThreads, threadAlone, threadsAsLevels } from './merge-threads.ts';
import { reshape, TreeBuilder } from './tree-builder.ts';

/**
 * The tree bottom up: below the root each function with own time, below it its callers. A function's total on the
 * first level is its self time; Σ self stays. A stack's time stands at its outermost caller.
 */
export function invertTree(tree: CallTree): CallTree {
  const builder = new TreeBuilder(tree.frame[0] ?? 0);
  for (let node = 0; node < tree.frame.length; node++) {
    const us = tree.self[node]!;
    if (us === 0) continue;
    let place = 0;
    for (let at = node; at > 0; at = tree.parent[at]!) place = builder.child(place, tree.frame[at]!);
    builder.addTime(place, us, tree.variance?.[node]);
  }
  return longestFirst(builder.tree());
}

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

/**
 * A function that comes back is part of its outermost call, and so is the time of what it called again. What lies
 * between the outermost and the innermost call of it leaves the stack, as in Firefox Profiler:
 *
 *     walk ─ visit ─ walk ─ leaf      becomes      walk ─ leaf
 *                └─ visit's own                       └─ visit, with its own time
 */
export function collapseRecursion(tree: CallTree): CallTree {
  return longestFirst(reshape(tree, callAbove));
}

/** The call of that function among a node and what is above it; −1 if there is none. */
function callAbove(builder: TreeBuilder, from: number, frame: number): number {
  let node = from;
  while (node >= 0 && builder.frameOf(node) !== frame) node = builder.parentOf(node);
  return node;
}

export interface ViewChoice {
  /** Index into `data.threads`, for that one alone; `levels`: all, each below the root; `one`: all as one. */
  readonly threads: number | 'levels' | 'one';
  readonly idle?: 'drop' | 'keep';
  readonly recursion?: 'keep' | 'all';
  readonly direction?: 'top-down' | 'bottom-up';
}

/** One of the trees that can be drawn of a variant. Σ self is that of the chosen threads, but for what is dropped. */
export function flameView(data: FlameData, choice: ViewChoice): FlameView {
  const { threads, idle = 'drop', recursion = 'keep', direction = 'top-down' } = choice;
  const shaped = (tree: CallTree): CallTree => {
    const running = idle === 'drop' ? withoutIdle(tree, data.frames) : tree;
    const collapsed = recursion === 'keep' ? running : collapseRecursion(running);
    return direction === 'bottom-up' ? invertTree(collapsed) : collapsed;
  };
  if (typeof threads === 'number') return threadAlone(data, threads, shaped(data.threads[threads]!));
  if (threads === 'levels') return threadsAsLevels(data, data.threads.map(shaped));
  return { frames: data.frames, tree: mergeThreads(data.threads.map(shaped)) };
}
