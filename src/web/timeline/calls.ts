import type { FlameFrame } from '../../core/documents/flame.ts';
import type { TimelineCpu } from '../../core/documents/timeline.ts';
import { GrowingColumn } from '../../profile/growing-column.ts';
import { type Intervals, makeIntervals } from './intervals.ts';

/** The calls of one depth: while a function is on the stack at this depth, it is one box. */
export interface CallRow extends Intervals {
  /** Index into the thread's nodes. */
  readonly node: Int32Array;
}

export interface Calls {
  /** Row 0 are the outermost calls. */
  readonly rows: readonly CallRow[];
  /** Levels that there are; more than rows if the deepest are left out. */
  readonly deepest: number;
}

/** `all`: every call. `own`: the user's functions, their direct callers, and the leaf. */
export type CallLevels = 'own' | 'all';

/** Deeper stacks are cut: a chart that tall could not be looked at. */
export const MAX_ROWS: Readonly<Record<CallLevels, number>> = { own: 6, all: 40 };

/** Stretches of samples as boxes by depth. The root is no box, and while a thread is idle there is none. */
export function callsOf(cpu: TimelineCpu, frames: readonly FlameFrame[], levels: CallLevels): Calls {
  const most = MAX_ROWS[levels];
  const columns = Array.from({ length: most }, () => ({
    start: new GrowingColumn(),
    end: new GrowingColumn(),
    node: new GrowingColumn(),
  }));
  const pathOf = paths(cpu, frames, levels);
  const open = new Int32Array(most);
  let opened = 0;
  let deepest = 0;
  const closeDownTo = (row: number, us: number): void => {
    for (; opened > row; opened -= 1) columns[opened - 1]!.end.push(us);
  };
  cpu.node.forEach((leaf, i) => {
    const us = cpu.startUs[i]!;
    const path = pathOf(leaf);
    const rows = Math.min(path.length, most);
    deepest = Math.max(deepest, path.length);
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
  const rows = columns.slice(0, deepest).map(({ start, end, node }) => ({
    ...makeIntervals(start.values().slice(), end.values().slice()),
    node: Int32Array.from(node.values()),
  }));
  return { rows, deepest };
}

/** The nodes that are shown of the calls that led to a node, the outermost first; none while the thread is idle. */
function paths(
  { frame, parent }: TimelineCpu,
  frames: readonly FlameFrame[],
  levels: CallLevels,
): (leaf: number) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  const categoryOf = (node: number) => frames[frame[node]!]?.category;
  const make = (leaf: number): number[] => {
    const path: number[] = [];
    if (categoryOf(leaf) === 'idle') return path;
    for (let node = leaf, below = -1; node >= 0 && parent[node]! >= 0; below = node, node = parent[node]!) {
      const isShown = below < 0 || categoryOf(node) === 'user' || categoryOf(below) === 'user';
      if (levels === 'all' || isShown) path.push(node);
    }
    return path.reverse();
  };
  return (leaf) => {
    const path = known.get(leaf) ?? make(leaf);
    known.set(leaf, path);
    return path;
  };
}
