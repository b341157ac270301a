import type { CallTree, FlameData, FlameThread } from '../core/documents/flame.ts';
import type { CallFrame, ThreadInfo } from '../core/documents/v8-profiles.ts';
import { longestFirst } from './call-tree.ts';
import { type FrameOptions, FunctionTable } from './function-table.ts';
import { lineTimes } from './line-times.ts';
import type { NodeColumns, ThreadProfile } from './profile.ts';
import { selfTimes, selfVariance } from './self-time.ts';
import { TreeBuilder } from './tree-builder.ts';

/**
 * What a page needs to draw all threads of a variant, from one profile after another: one table of functions, and per
 * thread a call tree, depth first, longest branch first. Σ self of a thread is its `duration`, `(idle)` included.
 */
export class FlameBuilder {
  readonly #variant: string;
  readonly #functions = new FunctionTable();
  readonly #threads: FlameThread[] = [];

  constructor(variant: string) {
    this.#variant = variant;
  }

  /** Returns how many calls its tree has. @param options those that the profile carries, unless given */
  add(profile: ThreadProfile, options: FrameOptions = savedOptions(profile.thread)): number {
    const self = selfTimes(profile);
    const functions = this.functionsOf(profile.frames, options);
    const { tree } = foldCalls(profile.nodes, functions, self, selfVariance(profile));
    this.addTree(profile.thread, longestFirst(tree), {
      duration: profile.endUs - profile.startUs,
      samples: profile.samples.node.length,
      lines: lineTimes(profile, functions, self),
    });
    return tree.frame.length;
  }

  /** Per call frame: which function it is, as an index into the table. */
  functionsOf(frames: readonly CallFrame[], options: FrameOptions): number[] {
    return frames.map((frame) => this.#functions.idOf(frame, options));
  }

  /** A thread whose calls are folded already, the longest branch first. */
  addTree(
    { thread, label }: Pick<ThreadInfo, 'thread' | 'label'>,
    tree: CallTree,
    rest: Pick<FlameThread, 'duration' | 'samples' | 'lines'>,
  ): void {
    this.#threads.push({
      ...{ thread, label, ...rest },
      frame: arrayOf(tree.frame),
      parent: arrayOf(tree.parent),
      self: arrayOf(tree.self),
      ...(tree.variance === undefined ? {} : { variance: arrayOf(tree.variance) }),
    });
  }

  /** Threads in order of their numbers. */
  data(): FlameData {
    const threads = [...this.#threads].sort((a, b) => a.thread - b.thread);
    return { variant: this.#variant, frames: this.#functions.frames, threads };
  }
}

// Array.from does the same at a tenth of the speed.
function arrayOf(values: ArrayLike<number>): number[] {
  const array = new Array<number>(values.length);
  for (let i = 0; i < array.length; i++) array[i] = values[i]!;
  return array;
}

export function flameData(
  variant: string,
  profiles: readonly ThreadProfile[],
  options?: FrameOptions,
): FlameData {
  const builder = new FlameBuilder(variant);
  for (const profile of profiles) builder.add(profile, options ?? savedOptions(profile.thread));
  return builder.data();
}

export function savedOptions(
  saved: Pick<ThreadInfo, 'displayRoot' | 'threadmillRoot' | 'packages'>,
): FrameOptions {
  const { displayRoot, threadmillRoot, packages } = saved;
  return {
    // A root that contains nothing: paths stay absolute, and no frame is taken for Threadmill's own.
    displayRoot: displayRoot ?? '/\0',
    threadmillRoot: threadmillRoot ?? '/\0',
    packageVersion: (folder) => packages?.[folder] ?? null,
  };
}

interface FoldedCalls {
  readonly tree: CallTree;
  /** Per node of the profile: its node of the tree. */
  readonly nodeOf: Int32Array;
}

/** The calls of a profile as a tree. @param functions index per call frame @param variance of each value, if known */
export function foldCalls(
  nodes: Pick<NodeColumns, 'frame' | 'parent'>,
  functions: readonly number[],
  self: Float64Array,
  variance?: Float64Array,
): FoldedCalls {
  const builder = new TreeBuilder(functions[nodes.frame[0]!]!);
  const { frame, parent } = nodes;
  const nodeOf = builder.graft({ frame, parent, self, ...(variance && { variance }) }, functions);
  return { tree: builder.tree(), nodeOf };
}
