import type { FlameFrame } from '../../core/documents/flame.ts';
import { foldedName, frameLabel } from '../../profile/folded-name.ts';
import { type FlameTree, nodeAt, pathTo } from './tree.ts';

/** Nodes with an own amount, each with the frames from the outermost one to its own; the root only by itself. */
function* stacks(tree: FlameTree): Generator<{ readonly path: readonly number[]; readonly amount: number }> {
  for (let node = 0; node < tree.size; node += 1) {
    const amount = Math.round(tree.self[node] ?? 0);
    if (amount > 0) yield { path: node === 0 ? [0] : pathTo(tree, node).slice(1), amount };
  }
}

/** The drawn graph as folded stacks, for flamegraph.pl, inferno and others. */
export function foldedView(tree: FlameTree): string {
  const amounts = new Map<string, number>();
  for (const { path, amount } of stacks(tree)) {
    const stack = path.map((node) => foldedName(frameLabel(nodeAt(tree, node)))).join(';');
    amounts.set(stack, (amounts.get(stack) ?? 0) + amount);
  }
  return [...amounts].map(([stack, amount]) => `${stack} ${amount}\n`).join('');
}

/** The same for https://www.speedscope.app: a stack and its own amount are a sample. */
export function speedscopeView(tree: FlameTree, name: string, unit: 'microseconds' | 'bytes'): object {
  const frames: FlameFrame[] = [];
  const indexes = new Map<FlameFrame, number>();
  const indexOf = (frame: FlameFrame): number => {
    const known = indexes.get(frame);
    if (known !== undefined) return known;
    indexes.set(frame, frames.length);
    return frames.push(frame) - 1;
  };
  const all = [...stacks(tree)];
  const samples = all.map(({ path }) => path.map((node) => indexOf(nodeAt(tree, node))));
  const weights = all.map(({ amount }) => amount);
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'threadmill',
    name,
    activeProfileIndex: 0,
    shared: {
      frames: frames.map(({ name: shown, file, line, column }) => ({
        name: shown,
        ...(file !== null && { file }),
        ...(line !== null && { line }),
        ...(column !== null && { col: column }),
      })),
    },
    profiles: [{ type: 'sampled', name, unit, startValue: 0, endValue, samples, weights }],
  };
}
