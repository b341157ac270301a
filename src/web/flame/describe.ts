import type { FlameFrame } from '../../core/documents/flame.ts';
import { formatShare } from '../../core/format.ts';
import { placeOf } from '../../output/pages/run/view/functions.ts';
import type { BoxStyle, Description } from './box-style.ts';
import { categoryLabel, colourOf } from './colours.ts';
import { type FlameTree, nodeAt } from './tree.ts';
import { type Measure, perJobText } from './units.ts';

interface DrawnFlame {
  readonly tree: FlameTree;
  readonly measure: Measure;
  readonly inverted: boolean;
}

/** Colours by kind of code; what is known of a box. Shares are of all that the graph shows. */
export function flameBoxStyle(drawn: DrawnFlame): BoxStyle {
  const { tree, measure } = drawn;
  return {
    paint: (node, theme) => {
      const { category, name } = nodeAt(tree, node);
      return { ...colourOf(category, name, theme), mark: null, faint: false };
    },
    note: (node) => {
      const place = shortPlace(nodeAt(tree, node));
      const amount = measure.format(tree.totalUs[node] ?? 0);
      return place === null ? amount : `${amount}  ${place}`;
    },
    describe: (node) => describe(drawn, node),
  };
}

/** The file's name without its folders, and the line. */
export function shortPlace({ file, line }: FlameFrame): string | null {
  const name = file?.split('/').at(-1);
  if (name === undefined) return null;
  return line === null ? name : `${name}:${line}`;
}

function describe({ tree, measure, inverted }: DrawnFlame, node: number): Description {
  const frame = nodeAt(tree, node);
  const all = tree.totalUs[0] ?? 0;
  const amount = (us: number): string => {
    const perJob = measure.jobs === null ? '' : `, ${perJobText(us, measure.jobs, measure.quantity)}`;
    return `${measure.quantity.format(us)} (${formatShare(all > 0 ? us / all : null)}${perJob})`;
  };
  const total = tree.totalUs[node] ?? 0;
  const label = categoryLabel(frame.category);
  const facts: (readonly [string, string])[] = inverted
    ? [[invertedLabel(tree, node), amount(total)]]
    : [
        ['self', amount(tree.self[node] ?? 0)],
        ['total', amount(total)],
      ];
  return { name: frame.name, place: placeOf(frame) ?? label, facts: [...facts, ['kind', label]] };
}

/** Bottom up, all of a box is time of the function that its column begins with. */
function invertedLabel(tree: FlameTree, node: number): string {
  let first = node;
  const isTop = (at: number): boolean => at === 0 || nodeAt(tree, at).category === 'thread';
  if (isTop(node)) return 'all';
  for (let above = tree.parent[node] ?? 0; !isTop(above); above = tree.parent[above] ?? 0) first = above;
  return first === node ? 'self' : `of ${nodeAt(tree, first).name}’s own`;
}
