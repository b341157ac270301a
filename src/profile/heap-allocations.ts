import type { Allocations } from '../core/documents/flame.ts';
import { longestFirst } from './call-tree.ts';
import { FlameBuilder, foldCalls, savedOptions } from './flame-tree.ts';
import type { FrameOptions } from './function-table.ts';
import type { ThreadHeapProfile } from './heap-profile.ts';
import { selfVariance } from './heap-variance.ts';

const NO_LINES = { frame: [], line: [], self: [] };

/** Puts it together from one profile after another, none of which is kept. */
export class AllocationBuilder {
  readonly #flame: FlameBuilder;
  #intervalBytes = 0;

  constructor(variant: string) {
    this.#flame = new FlameBuilder(variant);
  }

  /** Returns how many calls its tree has. @param options those that the profile carries, unless given */
  add(profile: ThreadHeapProfile, options: FrameOptions = savedOptions(profile.thread)): number {
    const { nodes, samples, thread } = profile;
    const functions = this.#flame.functionsOf(profile.frames, options);
    const variance = selfVariance(profile, thread.intervalBytes);
    const { tree } = foldCalls(nodes, functions, nodes.selfBytes, variance);
    this.#flame.addTree(thread, longestFirst(tree), {
      duration: nodes.selfBytes.reduce((sum, each) => sum + each, 0),
      samples: samples.node.length,
      lines: NO_LINES,
    });
    this.#intervalBytes = Math.max(this.#intervalBytes, thread.intervalBytes);
    return tree.frame.length;
  }

  /** Threads in order of their numbers. */
  data(): Allocations {
    const flame = this.#flame.data();
    const variance = flame.threads.map((thread) => Float64Array.from(thread.variance ?? []));
    return { flame, variance, intervalBytes: this.#intervalBytes };
  }
}
