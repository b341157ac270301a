import type { FlameFrame } from '../../core/documents/flame.ts';
import { formatShare } from '../../core/format.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { placeOf } from '../../output/view/run/functions.ts';
import type { BoxStyle, Description } from './box-style.ts';
import { colourOf } from './colours.ts';
import { type FlameTree, isTop, nodeAt } from './tree.ts';
import { type Measure, perJobText } from './units.ts';

interface DrawnFlame {
  readonly tree: FlameTree;
  readonly measure: Measure;
  readonly inverted: boolean;
  /** Total for shares; default: that of the tree. */
  readonly all?: number;
  /** Whether boxes have self amounts; callers in a sandwich have none. */
  readonly ownAmounts?: boolean;
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
      const amount = measure.format(tree.total[node] ?? 0);
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

export function amountText({ jobs, quantity }: Measure, amount: number, all: number): string {
  const perJob = jobs === null ? '' : `, ${perJobText(amount, jobs, quantity)}`;
  return `${quantity.format(amount)} (${formatShare(all > 0 ? amount / all : null)}${perJob})`;
}

function describe(
  { tree, measure, inverted, all = tree.total[0] ?? 0, ownAmounts = true }: DrawnFlame,
  node: number,
): Description {
  const frame = nodeAt(tree, node);
  const amount = (us: number): string => amountText(measure, us, all);
  const total = tree.total[node] ?? 0;
  const label = CATEGORY_NAMES[frame.category];
  const facts: (readonly [string, string])[] = inverted
    ? [[invertedLabel(tree, node), amount(total)]]
    : [...(ownAmounts ? [['self', amount(tree.self[node] ?? 0)] as const] : []), ['total', amount(total)]];
  return { name: frame.name, place: placeOf(frame) ?? label, facts: [...facts, ['kind', label]] };
}

/** Bottom up, all of a box is time of the function that its column begins with. */
function invertedLabel(tree: FlameTree, node: number): string {
  let first = node;
  if (isTop(tree, node)) return 'all';
  for (let above = tree.parent[node] ?? 0; !isTop(tree, above); above = tree.parent[above] ?? 0)
    first = above;
  return first === node ? 'self' : `of ${nodeAt(tree, first).name}’s own`;
}
