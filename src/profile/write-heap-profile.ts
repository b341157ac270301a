import type { HeapProfile } from './heap-profile.ts';
import { piecesAt } from './json-pieces.ts';
import { childrenOf } from './node-order.ts';

/** Nodes in one piece of text. */
const PIECE = 5_000;

/** The profile as JSON of a `.heapprofile`, in pieces. Reading it gives the same profile. */
export function* writeHeapProfile(profile: HeapProfile): Generator<string, void, undefined> {
  yield '{"head":';
  yield* treeText(profile);
  yield ',"samples":[';
  const { node, bytes, ordinal } = profile.samples;
  yield* piecesAt(node.length, (at) => {
    return `{"size":${bytes[at]},"nodeId":${profile.nodes.id[node[at]!]},"ordinal":${ordinal[at]}}`;
  });
  yield profile.thread === null ? ']}' : `],"threadmill":${JSON.stringify(profile.thread)}}`;
}

/** Nested by a stack of its own: a tree may be deeper than JavaScript's. */
function* treeText({ frames, nodes }: HeapProfile): Generator<string, void, undefined> {
  const frameTexts = frames.map((frame) => JSON.stringify(frame));
  const { from, children } = childrenOf(nodes.parent);
  const next = from.slice();
  const open = (node: number): string =>
    `{"callFrame":${frameTexts[nodes.frame[node]!]},"selfSize":${nodes.selfBytes[node]},"id":${nodes.id[node]},"children":[`;
  let pieces = [open(0)];
  for (let node = 0; node >= 0; ) {
    const at = next[node]!++;
    if (at < from[node + 1]!) {
      const child = children[at]!;
      pieces.push(`${at === from[node] ? '' : ','}${open(child)}`);
      node = child;
    } else {
      pieces.push(']}');
      node = nodes.parent[node]!;
    }
    if (pieces.length < PIECE) continue;
    yield pieces.join('');
    pieces = [];
  }
  yield pieces.join('');
}
