import { formatRoughPercent } from '../../core/format.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { placeOf } from '../../output/view/run/functions.ts';
import type { BoxStyle, Description } from '../flame/box-style.ts';
import { shortPlace } from '../flame/describe.ts';
import { nodeAt } from '../flame/tree.ts';
import { type Quantity, signed } from '../flame/units.ts';
import { changeColour } from './diff-colours.ts';
import { changeAt, type DiffTree, type NodeChange } from './diff-tree.ts';

/** What amounts are of, and what they are followed by: ` per job`, or nothing. */
export interface DiffUnit {
  readonly quantity: Quantity;
  readonly each: string;
}

/** Colours by what changed. */
export function diffBoxStyle(tree: DiffTree, names: readonly [string, string], unit: DiffUnit): BoxStyle {
  const { diff } = tree;
  const { quantity } = unit;
  return {
    paint: (node, theme) => {
      const { change, isNoise, relative } = changeAt(diff, node);
      const mark = change === 'added' || change === 'removed' ? change : null;
      return { ...changeColour(relative, isNoise, theme), mark, faint: isNoise };
    },
    note: (node) => {
      const { a, b } = changeAt(diff, node);
      const place = shortPlace(nodeAt(tree, node));
      const amount = signed(b - a, quantity);
      return place === null ? amount : `${amount}  ${place}`;
    },
    describe: (node) => describe(tree, node, names, unit),
  };
}

function describe(
  tree: DiffTree,
  node: number,
  [nameA, nameB]: readonly [string, string],
  { quantity, each }: DiffUnit,
): Description {
  const frame = nodeAt(tree, node);
  const change = changeAt(tree.diff, node);
  const { before } = tree.diff.frames[tree.frame[node] ?? -1] ?? { before: null };
  const moved = before === null ? [] : [['was at', placeOf(before) ?? 'another place'] as const];
  return {
    name: frame.name,
    place: placeOf(frame) ?? CATEGORY_NAMES[frame.category],
    facts: [
      [`A, ${nameA}`, `${quantity.formatEach(change.a)}${each}`],
      [`B, ${nameB}`, `${quantity.formatEach(change.b)}${each}`],
      ['change', changeText(change, quantity)],
      ...moved,
      ['kind', CATEGORY_NAMES[frame.category]],
    ],
  };
}

/** `+12.3 µs (sampling ±1.00 µs): 110% more`. */
export function changeText({ a, b, change, noise, isNoise }: NodeChange, quantity: Quantity): string {
  const amount = `${signed(b - a, quantity)} (sampling ±${quantity.formatEach(noise)})`;
  const percent = formatRoughPercent(Math.abs((b / a - 1) * 100));
  if (change === 'added') return `${amount}: only in B${isNoise ? ', too few samples to tell' : ''}`;
  if (change === 'removed') return `${amount}: only in A${isNoise ? ', too few samples to tell' : ''}`;
  if (isNoise) return `${amount}: within the sampling error`;
  return `${amount}: ${percent} ${b > a ? 'more' : 'less'}`;
}
