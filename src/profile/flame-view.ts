import type { CallTree, FlameData } from '../types/flame.ts';
import { collapseRecursion, type Recursion } from './collapse-recursion.ts';
import { invertTree } from './invert-tree.ts';
import { type FlameView, mergeThreads, threadAlone, threadsAsLevels } from './merge-threads.ts';
import { withoutIdle } from './without-idle.ts';

export interface ViewChoice {
  /** Index into `data.threads`, for that one alone; `levels`: all, each below the root; `one`: all as one. */
  readonly threads: number | 'levels' | 'one';
  readonly idle?: 'drop' | 'keep';
  readonly recursion?: 'keep' | Recursion;
  readonly direction?: 'top-down' | 'bottom-up';
}

/** One of the trees that can be drawn of a variant. Σ selfUs is that of the chosen threads, but for what is dropped. */
export function flameView(data: FlameData, choice: ViewChoice): FlameView {
  const { threads, idle = 'drop', recursion = 'keep', direction = 'top-down' } = choice;
  const shaped = (tree: CallTree): CallTree => {
    const running = idle === 'drop' ? withoutIdle(tree, data.frames) : tree;
    const collapsed = recursion === 'keep' ? running : collapseRecursion(running, recursion);
    return direction === 'bottom-up' ? invertTree(collapsed) : collapsed;
  };
  if (typeof threads === 'number') return threadAlone(data, threads, shaped(data.threads[threads]!));
  if (threads === 'levels') return threadsAsLevels(data, data.threads.map(shaped));
  return { frames: data.frames, tree: mergeThreads(data.threads.map(shaped)) };
}
