import type { CallTree, FlameData, FlameFrame } from '../core/documents/flame.ts';
import { longestFirst } from './call-tree.ts';
import { TreeBuilder } from './tree-builder.ts';

/** A call tree with the frames that it speaks of. */
export interface FlameView {
  readonly frames: readonly FlameFrame[];
  readonly tree: CallTree;
}

function threadFrame(name: string): FlameFrame {
  return { name, file: null, line: null, column: null, category: 'thread', package: null };
}

export const ALL_THREADS = threadFrame('all threads');

/** The calls of several threads as if one thread had made them all. Longest first; Σ self is the threads'. */
export function mergeThreads(threads: readonly CallTree[]): CallTree {
  const builder = new TreeBuilder(threads[0]?.frame[0] ?? 0);
  for (const thread of threads) builder.graft(thread);
  return longestFirst(builder.tree());
}

/** All threads side by side below the root; `trees[i]` is drawn as the thread `data.threads[i]`. */
export function threadsAsLevels(data: FlameData, trees: readonly CallTree[] = data.threads): FlameView {
  const frames = [...data.frames];
  const add = (added: FlameFrame): number => frames.push(added) - 1;
  const size = trees.reduce((sum, { frame }) => sum + frame.length, 1);
  const frame = new Int32Array(size);
  const parent = new Int32Array(size).fill(-1);
  const self = new Float64Array(size);
  const variance = trees.every((tree) => tree.variance !== undefined) ? new Float64Array(size) : undefined;
  frame[0] = add(ALL_THREADS);
  let base = 1;
  trees.forEach((tree, i) => {
    frame.set(tree.frame, base);
    frame[base] = add(threadFrame(data.threads[i]!.label));
    self.set(tree.self, base);
    variance?.set(tree.variance!, base);
    parent[base] = 0;
    for (let node = 1; node < tree.frame.length; node++) parent[base + node] = base + tree.parent[node]!;
    base += tree.frame.length;
  });
  return { frames, tree: { frame, parent, self, ...(variance === undefined ? {} : { variance }) } };
}

export function threadAlone(
  data: FlameData,
  index: number,
  tree: CallTree = data.threads[index]!,
): FlameView {
  const frame = Int32Array.from(tree.frame);
  frame[0] = data.frames.length;
  const frames = [...data.frames, threadFrame(data.threads[index]!.label)];
  return { frames, tree: { ...tree, frame } };
}
