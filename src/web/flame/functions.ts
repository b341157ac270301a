import { TreeBuilder } from '../../profile/tree-builder.ts';
import { arrange, type FlameTree, isTop, nodeAt, pathTo } from './tree.ts';

/** A function of a tree, its self amount, and the box with the most of it. */
export interface HotFunction {
  /** Index into the tree's frames. */
  readonly frame: number;
  readonly node: number;
  readonly self: number;
}

/** Functions by self amount, largest first. Bottom up, that is the width of their boxes on the first level. */
export function hottest(tree: FlameTree, inverted: boolean): HotFunction[] {
  const found = new Map<number, HotFunction & { readonly most: number }>();
  for (let node = 1; node < tree.size; node += 1) {
    const own = inverted ? isTop(tree, tree.parent[node] ?? 0) && tree.total[node] : tree.self[node];
    const amount = own || 0;
    if (amount === 0 || nodeAt(tree, node).category === 'thread') continue;
    const frame = tree.frame[node] ?? 0;
    const { self = 0, most = 0, node: before = node } = found.get(frame) ?? {};
    const isMost = amount > most;
    found.set(frame, {
      ...{ frame, self: self + amount },
      ...{ node: isMost ? node : before, most: isMost ? amount : most },
    });
  }
  return [...found.values()].sort((a, b) => b.self - a.self || a.frame - b.frame);
}

/** Minimum widths of a visible box and of a readable one. */
const MIN_SHARE = 0.02;

/** The zoom in which a box is visible: the current one if possible, else the outermost. */
export function zoomFor(tree: FlameTree, zoomed: number, node: number): number {
  const path = pathTo(tree, node);
  const width = tree.total[node] ?? 0;
  const shows = (at: number): boolean => width >= MIN_SHARE * (tree.total[at] ?? 0);
  return path.includes(zoomed) && shows(zoomed) ? zoomed : (path.find(shows) ?? node);
}

/** A function with its callers and callees; it is the root of both trees. */
export interface Sandwich {
  readonly callers: FlameTree;
  readonly callees: FlameTree;
  readonly self: number;
  /** Self and callees; recursive calls count once. */
  readonly total: number;
}

/** @param tree top down. */
export function sandwichOf(tree: FlameTree, frame: number): Sandwich {
  const callers = new TreeBuilder(frame);
  const callees = new TreeBuilder(frame);
  /** Index among the callees of each node below a call of the function; −1 for all others. */
  const place = new Int32Array(tree.size).fill(-1);
  let self = 0;
  for (let node = 1; node < tree.size; node += 1) {
    const amount = tree.self[node] ?? 0;
    const above = tree.parent[node] ?? 0;
    const isIt = tree.frame[node] === frame;
    if (isIt) self += amount;
    if (place[above]! >= 0) place[node] = callees.child(place[above]!, tree.frame[node] ?? 0);
    else if (isIt) {
      place[node] = 0;
      let at = 0;
      for (let up = above; !isTop(tree, up); up = tree.parent[up] ?? 0)
        at = callers.child(at, tree.frame[up] ?? 0);
      callers.addTime(at, tree.total[node] ?? 0);
    } else continue;
    callees.addTime(place[node]!, amount);
  }
  const { frames } = tree;
  const below = arrange({ frames, ...callees.tree(), hasThreads: false });
  return {
    callers: arrange({ frames, ...callers.tree(), hasThreads: false }),
    callees: below,
    self,
    total: below.total[0] ?? 0,
  };
}
