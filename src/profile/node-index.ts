import type { ProfileNode } from '../types/cpu-profile.ts';

/** Position in `nodes` of the node with an id; −1 where there is none. */
export type NodeIndex = (id: number) => number;

/**
 * V8 numbers nodes from 1 without gaps, so an array does; ids of other origin may be sparse, and take a Map.
 * Ids must be unique (see parse-cpu-profile.ts).
 */
export function nodeIndex(nodes: readonly ProfileNode[]): NodeIndex {
  let highest = 0;
  for (const node of nodes) highest = Math.max(highest, node.id);
  if (highest <= nodes.length * 4 + 1024 && nodes.every((node) => node.id >= 0)) {
    const positions = new Int32Array(highest + 1).fill(-1);
    nodes.forEach((node, position) => {
      positions[node.id] = position;
    });
    return (id) => positions[id] ?? -1;
  }
  const positions = new Map(nodes.map((node, position) => [node.id, position]));
  return (id) => positions.get(id) ?? -1;
}

export interface NodeOrder {
  /** Positions in `nodes`, depth first, each parent before its children; starts with the root. */
  readonly preorder: Int32Array;
  /** Per position: the parent's position; −1 for the root. */
  readonly parent: Int32Array;
}

/** Positions of a parsed profile's nodes with the links resolved. O(nodes). */
export function nodeOrder(nodes: readonly ProfileNode[], index: NodeIndex = nodeIndex(nodes)): NodeOrder {
  const parent = new Int32Array(nodes.length).fill(-1);
  nodes.forEach((node, position) => {
    for (const child of node.children ?? []) {
      const at = index(child);
      if (at >= 0) parent[at] = position;
    }
  });
  const preorder = new Int32Array(nodes.length);
  const stack = [Math.max(0, parent.indexOf(-1))];
  let count = 0;
  while (stack.length > 0) {
    const position = stack.pop()!;
    preorder[count++] = position;
    const children = nodes[position]!.children ?? [];
    for (let i = children.length - 1; i >= 0; i--) {
      const at = index(children[i]!);
      if (at >= 0) stack.push(at);
    }
  }
  return { preorder: preorder.subarray(0, count), parent };
}
