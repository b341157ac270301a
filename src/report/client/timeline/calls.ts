import { GrowingColumn } from '../../../profile/growing-column.ts';
import type { FlameFrame } from '../../../types/flame.ts';
import type { TimelineCpu } from '../../../types/timeline.ts';
import { type Intervals, makeIntervals } from './intervals.ts';

/** The calls of one depth: while a function is on the stack at this depth, it is one box. */
export interface CallRow extends Intervals {
  /** Index into the thread's nodes. */
  readonly node: Int32Array;
}

export interface Calls {
  /** Row 0 are the functions that the engine called. */
  readonly rows: readonly CallRow[];
  /** Depths that there are; more than rows if the deepest are left out. */
  readonly deepest: number;
}

/** Deeper stacks are cut: a chart that tall could not be looked at. */
export const MOST_ROWS = 40;

/** Stretches of samples as boxes by depth. The root is no box, and while a thread is idle there is none. */
export function callsOf(cpu: TimelineCpu, frames: readonly FlameFrame[]): Calls {
  const { depth, deepest } = depthsOf(cpu);
  const kept = Math.min(deepest, MOST_ROWS);
  const columns = Array.from({ length: kept }, () => ({
    start: new GrowingColumn(),
    end: new GrowingColumn(),
    node: new GrowingColumn(),
  }));
  const open = new Int32Array(kept).fill(-1);
  const path = new Int32Array(kept);
  let opened = 0;
  const closeDownTo = (row: number, us: number): void => {
    for (; opened > row; opened -= 1) columns[opened - 1]!.end.push(us);
  };
  cpu.node.forEach((leaf, i) => {
    const us = cpu.startUs[i]!;
    const rows = isIdle(cpu, leaf, frames) ? 0 : pathTo(cpu, leaf, depth, path);
    let same = 0;
    while (same < Math.min(opened, rows) && open[same] === path[same]) same += 1;
    closeDownTo(same, us);
    for (; opened < rows; opened += 1) {
      open[opened] = path[opened]!;
      columns[opened]!.start.push(us);
      columns[opened]!.node.push(path[opened]!);
    }
  });
  closeDownTo(0, cpu.endUs);
  const rows = columns.map(({ start, end, node }) => ({
    ...makeIntervals(start.values().slice(), end.values().slice()),
    node: Int32Array.from(node.values()),
  }));
  return { rows, deepest };
}

/** Depth of each node, the root's −1, and how many there are. */
function depthsOf({ parent }: TimelineCpu): { depth: Int32Array; deepest: number } {
  const depth = new Int32Array(parent.length);
  let deepest = 0;
  parent.forEach((above, node) => {
    depth[node] = above < 0 ? -1 : depth[above]! + 1;
    deepest = Math.max(deepest, depth[node]! + 1);
  });
  return { depth, deepest };
}

function isIdle(cpu: TimelineCpu, node: number, frames: readonly FlameFrame[]): boolean {
  return frames[cpu.frame[node]!]?.category === 'idle';
}

/** Fills in the nodes from the first call down to this one, as far as there are rows; returns how many. */
function pathTo(cpu: TimelineCpu, leaf: number, depth: Int32Array, path: Int32Array): number {
  let node = leaf;
  while (node >= 0 && depth[node]! >= path.length) node = cpu.parent[node]!;
  const rows = node < 0 ? 0 : depth[node]! + 1;
  for (; node >= 0 && depth[node]! >= 0; node = cpu.parent[node]!) path[depth[node]!] = node;
  return rows;
}
