import fc from 'fast-check';
import type { CallTree, FlameData, FlameFrame, FrameCategory } from '../../src/core/documents/flame.ts';
import { longestFirst } from '../../src/profile/call-tree.ts';

/** A call tree as text would draw it: a name, its own time in µs, and what it called. */
export type Calls = readonly [name: string, self: number, calls?: readonly Calls[]];

export function functionFrame(name: string, over: Partial<FlameFrame> = {}): FlameFrame {
  const category: FrameCategory = name === '(idle)' ? 'idle' : name === '(root)' ? 'program' : 'user';
  return { name, file: null, line: null, column: null, category, package: null, ...over };
}

/** Frames are told apart by name; `frames` is added to. */
export function treeOf(root: Calls, frames: FlameFrame[]): CallTree {
  const frame: number[] = [];
  const parent: number[] = [];
  const self: number[] = [];
  const add = ([name, own, calls = []]: Calls, above: number): void => {
    const known = frames.findIndex((each) => each.name === name);
    const node = frame.push(known >= 0 ? known : frames.push(functionFrame(name)) - 1) - 1;
    parent.push(above);
    self.push(own);
    for (const call of calls) add(call, node);
  };
  add(root, -1);
  return { frame, parent, self };
}

/** The same the other way: siblings in their order, calls left out where there are none. */
export function callsOf({ frame, parent, self }: CallTree, frames: readonly FlameFrame[]): Calls {
  const built = Array.from(frame, (at, node): [string, number, Calls[]] => [
    frames[at]!.name,
    self[node]!,
    [],
  ]);
  for (let node = 1; node < built.length; node++)
    built[parent[node]!]![2].push(built[node] as unknown as Calls);
  const bare = ([name, self, calls = []]: Calls): Calls =>
    calls.length === 0 ? [name, self] : [name, self, calls.map(bare)];
  return bare(built[0] as unknown as Calls);
}

/** Threads of the given calls; `frames` as far as they are more than names. */
export function dataOf(roots: readonly Calls[], given: readonly FlameFrame[] = []): FlameData {
  const frames = [...given];
  const threads = roots.map((root, thread) => {
    const tree = longestFirst(treeOf(root, frames));
    const self = Array.from(tree.self);
    return {
      thread,
      label: thread === 0 ? 'main thread' : `worker ${thread}`,
      duration: self.reduce((sum, us) => sum + us, 0),
      samples: self.length,
      frame: Array.from(tree.frame),
      parent: Array.from(tree.parent),
      self,
      lines: { frame: [], line: [], self: [] },
    };
  });
  return { variant: 'x', frames, threads };
}

export function sumOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

const anyName = fc.constantFrom('a', 'b', 'c', 'd', '(idle)');

/** Any tree of few functions, so that they recur; whole µs, so that sums are exact. */
export const anyCalls: fc.Arbitrary<Calls> = fc
  .letrec<{ calls: Calls; leaf: Calls; branch: Calls }>((tie) => ({
    calls: fc.oneof({ maxDepth: 7, depthSize: 'medium' }, tie('leaf'), tie('branch')),
    leaf: fc.tuple(anyName, fc.nat(1_000)),
    branch: fc.tuple(anyName, fc.nat(1_000), fc.array(tie('calls'), { minLength: 1, maxLength: 3 })),
  }))
  .branch.map((call): Calls => ['(root)', 0, [call]]);
