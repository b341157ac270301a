/** A node of the tree that 0x's page draws; `value` is in samples. */
export interface DrawnNode {
  readonly name: string;
  readonly value: number;
  readonly children: readonly DrawnNode[];
}

/** The tree within a page that 0x drew. */
export function treeOf(html: string): DrawnNode {
  const call = html.lastIndexOf('visualizer({"merged":');
  const line = html.slice(call, html.indexOf('\n', call));
  const trees = line.slice('visualizer('.length, line.lastIndexOf(', {'));
  return (JSON.parse(trees) as { merged: DrawnNode }).merged;
}

/** Every node of that name, at any depth. */
export function nodesNamed(node: DrawnNode, name: string): DrawnNode[] {
  return [
    ...(node.name === name ? [node] : []),
    ...node.children.flatMap((child) => nodesNamed(child, name)),
  ];
}
