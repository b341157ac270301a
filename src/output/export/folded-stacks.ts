import { depthFirst } from '../../profile/call-tree.ts';
import { foldedName, frameLabel } from '../../profile/folded-name.ts';
import { TreeBuilder } from '../../profile/tree-builder.ts';
import { threadTitle } from './thread-calls.ts';
import { isIdle, type ThreadTrees } from './thread-trees.ts';

/** Stacks by frame labels, as a tree: as texts they would repeat every caller. */
export class FoldedStacks {
  readonly #tree = new TreeBuilder(0);
  readonly #labels: string[] = [''];
  readonly #ids = new Map<string, number>();

  /** Adds the stacks of threads; returns busy µs by thread number. @param byThread whether the thread stands before all */
  add({ table, trees }: ThreadTrees, byThread: boolean): Map<number, number> {
    const times = new Map<number, number>();
    const frameIds: number[] = [];
    const idOf = (frame: number): number => {
      frameIds[frame] ??= this.#idOf(foldedName(frameLabel(table.frames[frame]!)));
      return frameIds[frame];
    };
    for (const tree of trees) {
      const top = byThread ? this.#tree.child(0, this.#idOf(foldedName(threadTitle(tree)))) : 0;
      const stackOf = new Int32Array(tree.frame.length);
      for (let node = 0; node < stackOf.length; node++) {
        const above = tree.parent[node]!;
        stackOf[node] = above < 0 ? top : this.#tree.child(stackOf[above]!, idOf(tree.frame[node]!));
        const self = tree.self[node]!;
        if (self <= 0 || isIdle(tree, table, node)) continue;
        const stack = above < 0 ? this.#tree.child(top, this.#idOf('(root)')) : stackOf[node]!;
        times.set(stack, (times.get(stack) ?? 0) + self);
      }
    }
    return times;
  }

  /** Numbers of all stacks, each before those that begin with it, else by their frames' labels. */
  inOrder(): Int32Array {
    const { parent, frame } = this.#tree.tree();
    const label = (node: number) => this.#labels[frame[node]!]!;
    return depthFirst(parent, (a, b) => (label(a) < label(b) ? -1 : label(a) > label(b) ? 1 : a - b));
  }

  /** `outermost;…;innermost`. */
  text(stack: number): string {
    const labels: string[] = [];
    for (let at = stack; at > 0; at = this.#tree.parentOf(at)) {
      labels.push(this.#labels[this.#tree.frameOf(at)]!);
    }
    return labels.reverse().join(';');
  }

  #idOf(label: string): number {
    const id = this.#ids.get(label) ?? this.#labels.length;
    if (id === this.#labels.length) {
      this.#ids.set(label, id);
      this.#labels.push(label);
    }
    return id;
  }
}
