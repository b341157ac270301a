import type { CallFrame, ThreadProfile } from '../types/cpu-profile.ts';
import type { FlameData, FlameFrame, FlameThread } from '../types/flame.ts';
import { type CategoryOptions, frameCategory } from './category.ts';
import { type DisplayPathOptions, displayPath } from './display-path.ts';
import { nodeIndex, nodeOrder } from './node-index.ts';
import { selfTimes } from './self-time.ts';

export type FlameOptions = CategoryOptions & DisplayPathOptions;

/**
 * What a page needs to draw all threads of one variant: one table of functions, and for each thread its call
 * tree in depth-first order, the longest branch first. Calls of the same function (name, file, line, column)
 * from the same caller are one node. Σ selfUs of a thread is its `durationUs`, `(idle)` included.
 *
 * @param options from the profiles themselves, unless given: Threadmill saves in each what is needed.
 */
export function flameData(
  variant: string,
  profiles: readonly ThreadProfile[],
  options: FlameOptions = savedOptions(profiles),
): FlameData {
  const table = new FrameTable(options);
  const threads = profiles.map((profile) => flameThread(profile, table));
  return { variant, frames: table.frames, threads };
}

/** The options that a saved profile carries. */
export function savedOptions(profiles: readonly ThreadProfile[]): FlameOptions {
  const saved = profiles[0]?.threadmill;
  const packages = new Map(profiles.flatMap(({ threadmill }) => Object.entries(threadmill.packages ?? {})));
  return {
    // A root that contains nothing: paths stay absolute, and no frame is taken for Threadmill's own.
    displayRoot: saved?.displayRoot ?? '/\0',
    threadmillRoot: saved?.threadmillRoot ?? '/\0',
    packageVersion: (folder) => packages.get(folder) ?? null,
  };
}

class FrameTable {
  readonly frames: FlameFrame[] = [];
  readonly #ids = new Map<string, number>();
  readonly #options: FlameOptions;

  constructor(options: FlameOptions) {
    this.#options = options;
  }

  idOf(frame: CallFrame): number {
    const { functionName, url, lineNumber, columnNumber } = frame;
    const key = `${functionName}\0${url}\0${lineNumber}\0${columnNumber}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.frames.length;
    this.#ids.set(key, id);
    this.frames.push({
      name: functionName === '' ? '(anonymous)' : functionName,
      file: displayPath(url, this.#options),
      line: url === '' || lineNumber < 0 ? null : lineNumber + 1,
      column: url === '' || columnNumber < 0 ? null : columnNumber + 1,
      category: frameCategory(frame, this.#options),
    });
    return id;
  }
}

function flameThread(profile: ThreadProfile, table: FrameTable): FlameThread {
  const folded = fold(profile, table);
  const order = longestFirst(folded);
  const place = new Int32Array(order.length);
  order.forEach((node, position) => {
    place[node] = position;
  });
  const pick = (of: readonly number[]) => Array.from(order, (node) => of[node]!);
  return {
    thread: profile.threadmill.thread,
    label: profile.threadmill.label,
    durationUs: profile.endTime - profile.startTime,
    samples: profile.samples?.length ?? 0,
    frame: pick(folded.frame),
    parent: Array.from(order, (node) => (node === 0 ? -1 : place[folded.parent[node]!]!)),
    selfUs: pick(folded.selfUs),
  };
}

/** Struct of arrays, each parent before its children; node 0 is the root. */
interface Tree {
  readonly frame: number[];
  readonly parent: number[];
  readonly selfUs: number[];
}

function fold(profile: ThreadProfile, table: FrameTable): Tree {
  const index = nodeIndex(profile.nodes);
  const self = selfTimes(profile, index);
  const { preorder, parent } = nodeOrder(profile.nodes, index);
  const tree: Tree = { frame: [], parent: [], selfUs: [] };
  const foldedAs = new Int32Array(profile.nodes.length);
  /** Per folded node: its children by frame. */
  const children: Map<number, number>[] = [];
  for (const position of preorder) {
    const above = parent[position] === -1 ? -1 : foldedAs[parent[position]!]!;
    const frame = table.idOf(profile.nodes[position]!.callFrame);
    let node = above === -1 ? undefined : children[above]!.get(frame);
    if (node === undefined) {
      node = tree.frame.length;
      tree.frame.push(frame);
      tree.parent.push(above);
      tree.selfUs.push(0);
      children.push(new Map());
      if (above !== -1) children[above]!.set(frame, node);
    }
    foldedAs[position] = node;
    tree.selfUs[node]! += self[position]!;
  }
  return tree;
}

/** The nodes depth first; among siblings the one with the most time below it comes first. */
function longestFirst(tree: Tree): Int32Array {
  const count = tree.frame.length;
  const total = Float64Array.from(tree.selfUs);
  for (let node = count - 1; node > 0; node--) total[tree.parent[node]!]! += total[node]!;
  const children: number[][] = Array.from({ length: count }, () => []);
  for (let node = 1; node < count; node++) children[tree.parent[node]!]!.push(node);
  const order = new Int32Array(count);
  const stack = [0];
  for (let position = 0; stack.length > 0; position++) {
    const node = stack.pop()!;
    order[position] = node;
    // Ascending, as the stack turns them round; ties keep V8's order.
    for (const child of children[node]!.reverse().sort((a, b) => total[a]! - total[b]!)) stack.push(child);
  }
  return order;
}
