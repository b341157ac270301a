import { formatMicros, formatRoughPercent } from '../../format.ts';
import { placeOf } from '../../view/functions.ts';
import { categoryLabel } from '../flame/colours.ts';
import { shortPlace } from '../flame/describe.ts';
import type { Description, Look } from '../flame/look.ts';
import { nodeAt } from '../flame/tree.ts';
import { changeColour } from './diff-colours.ts';
import { changeAt, type DiffTree, type NodeChange } from './diff-tree.ts';

/** Colours by what changed. @param unit what amounts are followed by, as ` per job`; may be empty. */
export function diffLook(tree: DiffTree, names: readonly [string, string], unit: string): Look {
  const { diff } = tree;
  return {
    paint: (node, theme) => {
      const { change, isNoise, relative } = changeAt(diff, node);
      const mark = change === 'added' || change === 'removed' ? change : null;
      return { ...changeColour(relative, isNoise, theme), mark };
    },
    note: (node) => {
      const { a, b } = changeAt(diff, node);
      const place = shortPlace(nodeAt(tree, node));
      return place === null ? signed(b - a) : `${signed(b - a)}  ${place}`;
    },
    describe: (node) => describe(tree, node, names, unit),
  };
}

function describe(
  tree: DiffTree,
  node: number,
  [nameA, nameB]: readonly [string, string],
  unit: string,
): Description {
  const frame = nodeAt(tree, node);
  const change = changeAt(tree.diff, node);
  const { before } = tree.diff.frames[tree.frame[node] ?? -1] ?? { before: null };
  const moved = before === null ? [] : [['was at', placeOf(before) ?? 'another place'] as const];
  return {
    name: frame.name,
    place: placeOf(frame) ?? categoryLabel(frame.category),
    facts: [
      [`A, ${nameA}`, `${formatMicros(change.a)}${unit}`],
      [`B, ${nameB}`, `${formatMicros(change.b)}${unit}`],
      ['change', changeText(change)],
      ...moved,
      ['kind', categoryLabel(frame.category)],
    ],
  };
}

/** `+12.3 µs, 2.1 times as much`. */
export function changeText({ a, b, change, noiseUs, isNoise }: NodeChange): string {
  const amount = `${signed(b - a)} (sampling ±${formatMicros(noiseUs)})`;
  const percent = formatRoughPercent(Math.abs((b / a - 1) * 100));
  if (change === 'added') return `${amount}: only in B${isNoise ? ', too few samples to tell' : ''}`;
  if (change === 'removed') return `${amount}: only in A${isNoise ? ', too few samples to tell' : ''}`;
  if (isNoise) return `${amount}: no more than sampling noise`;
  return `${amount}: ${percent} ${b > a ? 'more' : 'less'}`;
}

/** With a sign that is as wide as a figure. */
export function signed(us: number): string {
  if (us === 0) return '±0 µs';
  return `${us > 0 ? '+' : '−'}${formatMicros(Math.abs(us))}`;
}
