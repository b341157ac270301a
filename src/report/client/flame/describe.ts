import { formatShare, formatUs } from '../../format.ts';
import { placeOf } from '../../view/functions.ts';
import { categoryLabel } from './colours.ts';
import { type FlameTree, nodeAt } from './tree.ts';

export interface Description {
  readonly name: string;
  readonly place: string | null;
  readonly category: string;
  readonly self: string;
  readonly total: string;
  /** All of it as one sentence, for a screen reader. */
  readonly sentence: string;
}

/** What is known of one box; shares are of all that the graph shows. */
export function describe(tree: FlameTree, node: number): Description {
  const frame = nodeAt(tree, node);
  const { name, category } = frame;
  const all = tree.totalUs[0] ?? 0;
  const withShare = (us: number): string => `${formatUs(us)} (${formatShare(all > 0 ? us / all : null)})`;
  const place = placeOf(frame);
  const self = withShare(tree.selfUs[node] ?? 0);
  const total = withShare(tree.totalUs[node] ?? 0);
  const label = categoryLabel(category);
  return {
    name,
    place,
    category: label,
    self,
    total,
    sentence: `${name}, ${place ?? label}: self ${self}, total ${total}`,
  };
}
