import type { FlameData, FlameFrame, FrameCategory } from '../../../types/flame.ts';

/** A frame of the data, or one of the two levels that stand for threads. */
export interface FlameNode {
  readonly name: string;
  readonly frame: FlameFrame | null;
  readonly category: FrameCategory | 'thread';
}

/**
 * What the graph draws: struct of arrays, parents before children, node 0 is the root. Children lie in
 * `order[childFrom[n] .. childFrom[n] + childCount[n]]`, widest first, except that threads keep their order.
 *
 *      root            startUs  0   totalUs 10
 *      ├─ a            startUs  0   totalUs  7     selfUs 2
 *      │  └─ b         startUs  0   totalUs  5     selfUs 5
 *      └─ c            startUs  7   totalUs  3
 */
export interface FlameTree {
  readonly data: FlameData;
  readonly size: number;
  /** Index into `data.frames`; −1 for the root of all threads, −2 − i for the thread `data.threads[i]`. */
  readonly frame: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly selfUs: Float64Array;
  readonly totalUs: Float64Array;
  readonly startUs: Float64Array;
  readonly childFrom: Int32Array;
  readonly childCount: Int32Array;
  readonly order: Int32Array;
}

export interface TreeChoice {
  /** Index into `data.threads`; null: all, each as a frame of the first level. */
  readonly thread: number | null;
  readonly showIdle: boolean;
}

const ALL_THREADS = -1;

export function buildTree(data: FlameData, { thread, showIdle }: TreeChoice): FlameTree {
  const chosen = data.threads.map((_, index) => index).filter((index) => thread === null || thread === index);
  const extra = thread === null ? 1 : 0;
  const size = chosen.reduce((sum, index) => sum + (data.threads[index]?.frame.length ?? 0), extra);
  const frame = new Int32Array(size);
  const parent = new Int32Array(size).fill(-1);
  const selfUs = new Float64Array(size);
  let next = 0;
  if (extra === 1) {
    frame[0] = ALL_THREADS;
    next = 1;
  }
  for (const index of chosen) {
    const source = data.threads[index];
    if (source === undefined) continue;
    const base = next;
    for (let node = 0; node < source.frame.length; node += 1) {
      const isRoot = node === 0;
      const f = source.frame[node] ?? 0;
      frame[next] = isRoot ? -2 - index : f;
      parent[next] = isRoot ? extra - 1 : base + (source.parent[node] ?? 0);
      const hidden = !showIdle && data.frames[f]?.category === 'idle';
      selfUs[next] = hidden ? 0 : (source.selfUs[node] ?? 0);
      next += 1;
    }
  }
  return arrange({ data, size, frame, parent, selfUs }, extra === 1);
}

type Bare = Pick<FlameTree, 'data' | 'size' | 'frame' | 'parent' | 'selfUs'>;

function arrange(bare: Bare, keepsFirstLevel: boolean): FlameTree {
  const { size, parent, selfUs } = bare;
  const totalUs = Float64Array.from(selfUs);
  for (let node = size - 1; node > 0; node -= 1) {
    totalUs[parent[node] ?? 0] = (totalUs[parent[node] ?? 0] ?? 0) + (totalUs[node] ?? 0);
  }
  const childCount = new Int32Array(size);
  for (let node = 1; node < size; node += 1) {
    if ((totalUs[node] ?? 0) > 0) childCount[parent[node] ?? 0] = (childCount[parent[node] ?? 0] ?? 0) + 1;
  }
  const childFrom = new Int32Array(size);
  for (let node = 1; node < size; node += 1) {
    childFrom[node] = (childFrom[node - 1] ?? 0) + (childCount[node - 1] ?? 0);
  }
  const order = new Int32Array(size);
  const filled = new Int32Array(size);
  for (let node = 1; node < size; node += 1) {
    if (!((totalUs[node] ?? 0) > 0)) continue;
    const above = parent[node] ?? 0;
    order[(childFrom[above] ?? 0) + (filled[above] ?? 0)] = node;
    filled[above] = (filled[above] ?? 0) + 1;
  }
  const depth = new Int32Array(size);
  const startUs = new Float64Array(size);
  for (let node = 0; node < size; node += 1) {
    const count = childCount[node] ?? 0;
    const from = childFrom[node] ?? 0;
    const children = order.subarray(from, from + count);
    if (count > 1 && !(keepsFirstLevel && node === 0)) {
      children.sort((a, b) => (totalUs[b] ?? 0) - (totalUs[a] ?? 0) || a - b);
    }
    let at = startUs[node] ?? 0;
    for (const child of children) {
      startUs[child] = at;
      depth[child] = (depth[node] ?? 0) + 1;
      at += totalUs[child] ?? 0;
    }
  }
  return { ...bare, totalUs, depth, startUs, childFrom, childCount, order };
}

export function nodeAt({ data, frame }: FlameTree, node: number): FlameNode {
  const index = frame[node] ?? ALL_THREADS;
  if (index === ALL_THREADS) return { name: 'all threads', frame: null, category: 'thread' };
  if (index < 0)
    return { name: data.threads[-2 - index]?.label ?? 'thread', frame: null, category: 'thread' };
  const found = data.frames[index];
  return found === undefined
    ? { name: '?', frame: null, category: 'program' }
    : { name: found.name, frame: found, category: found.category };
}

export function childrenOf({ order, childFrom, childCount }: FlameTree, node: number): Int32Array {
  const from = childFrom[node] ?? 0;
  return order.subarray(from, from + (childCount[node] ?? 0));
}

/** From the root to the node, both included. */
export function pathTo({ parent }: FlameTree, node: number): number[] {
  const path = [];
  for (let at = node; at >= 0; at = parent[at] ?? -1) path.push(at);
  return path.reverse();
}
