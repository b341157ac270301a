import type { ProfileSource, VariantPart } from './exporter.ts';
import { FrameTable } from './frame-table.ts';
import { type ThreadTree, threadCalls } from './thread-calls.ts';

/** The trees of some threads over one table of functions; samples are let go of one thread after another. */
export interface ThreadTrees {
  readonly table: FrameTable;
  readonly trees: readonly ThreadTree[];
}

export async function readTrees(
  source: ProfileSource,
  variants: readonly VariantPart[],
  table: FrameTable = new FrameTable(),
): Promise<ThreadTrees> {
  const trees: ThreadTree[] = [];
  for (const { name, threads } of variants) {
    for (const thread of threads) {
      const { sampleUs, sampleNode, ticks, ...tree } = threadCalls(await source.profile(name, thread), table);
      trees.push(tree);
    }
  }
  return { table, trees };
}

/** Whether a node is time in which the thread had nothing to do. */
export function isIdle(tree: ThreadTree, table: FrameTable, node: number): boolean {
  return table.frames[tree.frame[node]!]!.category === 'idle';
}

/** Functions from the outermost one to that of a node, as indexes into the table; the root is left out. */
export function stackOf({ frame, parent }: Pick<ThreadTree, 'frame' | 'parent'>, node: number): number[] {
  const stack: number[] = [];
  for (let at = node; at > 0; at = parent[at]!) stack.push(frame[at]!);
  return stack.reverse();
}
