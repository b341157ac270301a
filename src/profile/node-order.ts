import { Invalid } from './checks.ts';
import type { NodeCollector } from './node-collector.ts';

/** Position of the node with an id; −1 where there is none. */
export type NodeIndex = (id: number) => number;

/** An array for V8's ids, which have no gaps, else a Map. @throws Invalid if an id occurs twice */
export function nodeIndex(ids: Float64Array): NodeIndex {
  let highest = 0;
  for (let i = 0; i < ids.length; i++) highest = Math.max(highest, ids[i]!);
  if (highest > ids.length * 4 + 1024) return sparseIndex(ids);
  const positions = new Int32Array(highest + 1).fill(-1);
  for (let position = 0; position < ids.length; position++) {
    const id = ids[position]!;
    if (positions[id] !== -1) throw twice(position, id);
    positions[id] = position;
  }
  return (id) => positions[id] ?? -1;
}

function sparseIndex(ids: Float64Array): NodeIndex {
  const positions = new Map<number, number>();
  ids.forEach((id, position) => {
    if (positions.has(id)) throw twice(position, id);
    positions.set(id, position);
  });
  return (id) => positions.get(id) ?? -1;
}

function twice(position: number, id: number): Invalid {
  return new Invalid(`\`nodes[${position}].id\` ${id} occurs twice`);
}

/** Per node its parent's position, −1 for the root. @throws Invalid unless all but one have one parent that exists */
export function parentsOf(nodes: NodeCollector, index: NodeIndex): Int32Array {
  const parent = new Int32Array(nodes.id.length).fill(-1);
  const from = nodes.linkFrom.values();
  const to = nodes.linkTo.values();
  for (let link = 0; link < from.length; link++) {
    const child = index(to[link]!);
    if (child < 0 || parent[child] !== -1) {
      const trouble = child < 0 ? 'does not exist' : 'has a parent already';
      throw new Invalid(`\`nodes[${from[link]}].children\` names node ${to[link]}, which ${trouble}`);
    }
    parent[child] = from[link]!;
  }
  const of = nodes.parentOf.values();
  const ids = nodes.parentId.values();
  for (let link = 0; link < of.length; link++) {
    const child = of[link]!;
    const above = index(ids[link]!);
    const where = `\`nodes[${child}].parent\` names node ${ids[link]}`;
    if (above < 0) throw new Invalid(`${where}, which does not exist`);
    if (parent[child] !== -1 && parent[child] !== above)
      throw new Invalid(`${where}, but it has another parent`);
    parent[child] = above;
  }
  const root = parent.indexOf(-1);
  if (root < 0) throw new Invalid('its nodes form a cycle');
  const other = parent.indexOf(-1, root + 1);
  if (other >= 0) throw new Invalid(`node ${nodes.id.values()[other]} (nodes[${other}]) has no parent`);
  return parent;
}

/** Positions with parents before children, as they lie if they lie that way already. @throws Invalid for a cycle */
export function parentsFirst(parent: Int32Array): Int32Array {
  if (parent.every((above, node) => above < node)) return parent.map((_, node) => node);
  const { from, children } = childrenOf(parent);
  const order = new Int32Array(parent.length);
  order[0] = parent.indexOf(-1);
  let count = 1;
  for (let done = 0; done < count; done++) {
    const node = order[done]!;
    for (let i = from[node]!; i < from[node + 1]!; i++) order[count++] = children[i]!;
  }
  if (count < parent.length) throw new Invalid('its nodes form a cycle');
  return order;
}

/** Depth of the deepest node; the root's is 1. @param order parents before children */
export function depthOf(parent: Int32Array, order: Int32Array): number {
  const depth = new Int32Array(parent.length);
  let deepest = 0;
  for (const node of order) {
    const above = parent[node]!;
    depth[node] = above < 0 ? 1 : depth[above]! + 1;
    if (depth[node]! > deepest) deepest = depth[node]!;
  }
  return deepest;
}

/** The children of node n are `children[from[n] .. from[n + 1])`, in their order. O(nodes). */
export function childrenOf(parent: ArrayLike<number>): { from: Int32Array; children: Int32Array } {
  const size = parent.length;
  const from = new Int32Array(size + 1);
  for (let node = 0; node < size; node++) if (parent[node]! >= 0) from[parent[node]! + 1]!++;
  for (let node = 0; node < size; node++) from[node + 1]! += from[node]!;
  const next = from.slice(0, size);
  const children = new Int32Array(size);
  for (let node = 0; node < size; node++) {
    const above = parent[node]!;
    if (above >= 0) children[next[above]!++] = node;
  }
  return { from, children };
}
