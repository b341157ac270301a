import { describe } from './describe.ts';
import type { FlameTree } from './tree.ts';

interface Props {
  readonly tree: FlameTree;
  readonly node: number;
  /** Of the pointer within the picture, CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const WIDTH_PX = 320;
const OFFSET_PX = 16;

export function Tooltip({ tree, node, x, y, width }: Props) {
  const { name, place, category, self, total } = describe(tree, node);
  const left = Math.max(0, Math.min(x + OFFSET_PX, width - WIDTH_PX));
  return (
    <div class="tooltip" aria-hidden="true" style={{ left: `${left}px`, top: `${y + OFFSET_PX}px` }}>
      <b>{name}</b>
      {place !== null && <span class="place">{place}</span>}
      <dl>
        <dt>self</dt>
        <dd>{self}</dd>
        <dt>total</dt>
        <dd>{total}</dd>
        <dt>kind</dt>
        <dd>{category}</dd>
      </dl>
    </div>
  );
}
