import { foldedName, frameLabel } from '../profile/folded-name.ts';
import { threadTitle } from './thread-calls.ts';
import { isIdle, stackOf, type ThreadTrees } from './thread-trees.ts';

/**
 * Busy time of each stack, µs, by its text: `outermost;…;innermost`, with the thread before all if `byThread`.
 * What ran below no function is `(root)`.
 */
export function foldedStacks({ table, trees }: ThreadTrees, byThread: boolean): Map<string, number> {
  const labels: string[] = [];
  const labelOf = (frame: number) => {
    labels[frame] ??= foldedName(frameLabel(table.frames[frame]!));
    return labels[frame];
  };
  const stacks = new Map<string, number>();
  for (const tree of trees) {
    const top = byThread ? [foldedName(threadTitle(tree))] : [];
    for (let node = 0; node < tree.frame.length; node++) {
      const selfUs = tree.selfUs[node]!;
      if (selfUs <= 0 || isIdle(tree, table, node)) continue;
      const functions = node === 0 ? ['(root)'] : stackOf(tree, node).map(labelOf);
      const stack = [...top, ...functions].join(';');
      stacks.set(stack, (stacks.get(stack) ?? 0) + selfUs);
    }
  }
  return stacks;
}
