import type { DiffFrame, FlameDiff } from '../../core/documents/flame.ts';
import { noiseAt } from '../../output/view/run/top-changes.ts';
import { type Change, changeOf } from '../../profile/top-changes.ts';
import { arrange, type FlameTree, withRoot } from '../flame/tree.ts';

/** What boxes are as wide as: the larger side of each stack, or one side. */
export const WIDTHS = ['larger', 'a', 'b'] as const;
export type Width = (typeof WIDTHS)[number];

/** Two flames as one graph; of each node its times on both sides, µs per job. */
export interface DiffTree extends FlameTree {
  readonly diff: FlameDiff;
}

export function diffTree(diff: FlameDiff, width: Width): DiffTree {
  const { frames, frame, parent, selfB } = diff;
  const tree = withRoot<DiffFrame>(frames, { frame, parent, self: selfB });
  return { ...arrange({ ...tree, hasThreads: false }, widthsOf(diff, width)), diff };
}

/** One side: its totals. Both: self parts have the width of the larger side, so children fit into parents. */
export function widthsOf(diff: FlameDiff, width: Width): Float64Array {
  if (width === 'a') return diff.totalA;
  if (width === 'b') return diff.totalB;
  const widths = diff.selfA.map((us, node) => Math.max(us, diff.selfB[node] ?? 0));
  for (let node = widths.length - 1; node > 0; node -= 1) {
    const above = diff.parent[node] ?? 0;
    widths[above] = (widths[above] ?? 0) + (widths[node] ?? 0);
  }
  return widths;
}

export interface NodeChange {
  /** µs per job. */
  readonly a: number;
  readonly b: number;
  readonly change: Change;
  /** A difference up to this is what sampling alone may cause. */
  readonly noise: number;
  readonly isNoise: boolean;
  /** Difference as a share of the larger side: −1 is gone, 1 is new, 0.5 is twice as much. */
  readonly relative: number;
}

export function changeAt(diff: FlameDiff, node: number): NodeChange {
  const a = diff.totalA[node] ?? 0;
  const b = diff.totalB[node] ?? 0;
  const noise = noiseAt(diff, node);
  const larger = Math.max(a, b);
  return {
    a,
    b,
    change: changeOf(a, b),
    noise,
    isNoise: Math.abs(b - a) <= noise,
    relative: larger > 0 ? (b - a) / larger : 0,
  };
}
