import type { CallTree, FlameData, FlameFrame } from '../../core/documents/flame.ts';
import { totalTimes } from '../../profile/call-tree.ts';
import { flameView, type ViewChoice } from '../../profile/flame-view.ts';
import { ALL_THREADS } from '../../profile/merge-threads.ts';

/**
 * What the graph draws: struct of arrays, parents before children, node 0 is the root. Children lie in
 * `order[childFrom[n] .. childFrom[n] + childCount[n]]`, widest first, except that threads keep their order.
 *
 *      root            start  0   total 10
 *      ├─ a            start  0   total  7     self 2
 *      │  └─ b         start  0   total  5     self 5
 *      └─ c            start  7   total  3
 */
export interface FlameTree {
  readonly frames: readonly FlameFrame[];
  readonly size: number;
  /** Index into `frames`. */
  readonly frame: ArrayLike<number>;
  readonly parent: ArrayLike<number>;
  readonly depth: Int32Array;
  readonly self: ArrayLike<number>;
  /** How wide a box is; a parent is at least as wide as its children together. */
  readonly total: Float64Array;
  readonly start: Float64Array;
  readonly childFrom: Int32Array;
  readonly childCount: Int32Array;
  readonly order: Int32Array;
  /** Whether the first level is threads. */
  readonly hasThreads: boolean;
}

export type TreeChoice = Required<Pick<ViewChoice, 'threads' | 'direction'>> & {
  readonly showIdle: boolean;
  readonly collapsed: boolean;
};

export function buildTree(data: FlameData, choice: TreeChoice): FlameTree {
  const { threads, direction, showIdle, collapsed } = choice;
  const { frames, tree } = flameView(data, {
    threads,
    direction,
    idle: showIdle ? 'keep' : 'drop',
    recursion: collapsed ? 'all' : 'keep',
  });
  const hasThreads = threads === 'levels';
  return threads === 'one'
    ? arrange({ ...withRoot(frames, tree), hasThreads })
    : arrange({ frames, ...tree, hasThreads });
}

/** V8's own root of a thread is no name for several of them. */
export function withRoot<Frame extends FlameFrame>(
  frames: readonly Frame[],
  tree: CallTree,
): CallTree & { readonly frames: readonly (Frame | FlameFrame)[] } {
  const frame = Int32Array.from(tree.frame);
  frame[0] = frames.length;
  return { ...tree, frame, frames: [...frames, ALL_THREADS] };
}

type Bare = Pick<FlameTree, 'frames' | 'frame' | 'parent' | 'self' | 'hasThreads'>;

/** @param total how wide the boxes are; by default the amount in and below them. */
export function arrange<Tree extends Bare>(bare: Tree, total = totalTimes(bare)): Tree & FlameTree {
  const { frame, parent, hasThreads } = bare;
  const size = frame.length;
  const childCount = new Int32Array(size);
  for (let node = 1; node < size; node += 1) {
    if ((total[node] ?? 0) > 0) childCount[parent[node] ?? 0] = (childCount[parent[node] ?? 0] ?? 0) + 1;
  }
  const childFrom = new Int32Array(size);
  for (let node = 1; node < size; node += 1) {
    childFrom[node] = (childFrom[node - 1] ?? 0) + (childCount[node - 1] ?? 0);
  }
  const order = new Int32Array(size);
  const filled = new Int32Array(size);
  for (let node = 1; node < size; node += 1) {
    if (!((total[node] ?? 0) > 0)) continue;
    const above = parent[node] ?? 0;
    order[(childFrom[above] ?? 0) + (filled[above] ?? 0)] = node;
    filled[above] = (filled[above] ?? 0) + 1;
  }
  const depth = new Int32Array(size);
  const start = new Float64Array(size);
  for (let node = 0; node < size; node += 1) {
    const count = childCount[node] ?? 0;
    const from = childFrom[node] ?? 0;
    const children = order.subarray(from, from + count);
    if (count > 1 && !(hasThreads && node === 0)) {
      children.sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0) || a - b);
    }
    let at = start[node] ?? 0;
    for (const child of children) {
      start[child] = at;
      depth[child] = (depth[node] ?? 0) + 1;
      at += total[child] ?? 0;
    }
  }
  return { ...bare, size, total, depth, start, childFrom, childCount, order };
}

/** The root, or the node of a thread. */
export function isTop(tree: FlameTree, node: number): boolean {
  return node === 0 || nodeAt(tree, node).category === 'thread';
}

export function nodeAt({ frames, frame }: FlameTree, node: number): FlameFrame {
  return frames[frame[node] ?? 0] ?? UNKNOWN;
}

const UNKNOWN: FlameFrame = { ...ALL_THREADS, name: '?', category: 'program' };

/** From the root to the node, both included. */
export function pathTo({ parent }: FlameTree, node: number): number[] {
  const path = [];
  for (let at = node; at >= 0; at = parent[at] ?? -1) path.push(at);
  return path.reverse();
}
