import { useMemo, useState } from 'preact/hooks';
import type { FlameData, FlameFrame } from '../../core/documents/flame.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { placeOf } from '../../output/view/run/functions.ts';
import type { BoxStyle } from './box-style.ts';
import { amountText, flameBoxStyle } from './describe.ts';
import { FlameCanvas } from './FlameCanvas.tsx';
import { sandwichOf } from './functions.ts';
import { buildTree, type FlameTree, nodeAt } from './tree.ts';
import type { Measure } from './units.ts';

interface Props {
  readonly flame: FlameData;
  /** Index into `flame.threads`; null: all. */
  readonly thread: number | null;
  readonly showIdle: boolean;
  /** Index into `flame.frames`; null: no function is chosen. */
  readonly chosen: number | null;
  readonly measure: Measure;
  readonly onChoose: (frame: FlameFrame) => void;
  /** Of either graph. */
  readonly maxHeightPx: number;
}

/** Callers of the chosen function above it, callees below. */
export function Sandwich({ flame, thread, showIdle, chosen, measure, onChoose, maxHeightPx }: Props) {
  const tree = useMemo(
    () => buildTree(flame, { threads: thread ?? 'one', direction: 'top-down', showIdle, collapsed: false }),
    [flame, thread, showIdle],
  );
  const sandwich = useMemo(() => (chosen === null ? null : sandwichOf(tree, chosen)), [tree, chosen]);
  const frame = flame.frames[chosen ?? -1];
  if (sandwich === null || frame === undefined || sandwich.total === 0) {
    return (
      <aside class="sandwich" aria-label="Callers and callees">
        <p class="quiet">
          {frame === undefined
            ? 'Select a function to see its callers and callees.'
            : `No samples of ${frame.name} ${thread === null ? 'here' : 'in this thread'}.`}
        </p>
      </aside>
    );
  }
  const all = tree.total[0] ?? 0;
  const { callers, callees, self, total } = sandwich;
  const half = (title: string, half: FlameTree, icicle: boolean) => (
    <Half
      {...{ title, icicle, maxHeightPx, onChoose }}
      tree={half}
      boxStyle={flameBoxStyle({ tree: half, measure, inverted: false, all, ownAmounts: icicle })}
      name={frame.name}
    />
  );
  return (
    <aside class="sandwich" aria-label={`Callers and callees of ${frame.name}`}>
      <h4>{frame.name}</h4>
      <p class="quiet">{placeOf(frame) ?? CATEGORY_NAMES[frame.category]}</p>
      <dl>
        <dt>self</dt>
        <dd>{amountText(measure, self, all)}</dd>
        <dt>total</dt>
        <dd>{amountText(measure, total, all)}</dd>
      </dl>
      {half('Callers', callers, false)}
      {half('Callees', callees, true)}
    </aside>
  );
}

interface HalfProps {
  readonly title: string;
  readonly name: string;
  readonly tree: FlameTree;
  readonly boxStyle: BoxStyle;
  readonly icicle: boolean;
  readonly maxHeightPx: number;
  readonly onChoose: (frame: FlameFrame) => void;
}

function Half({ title, name, tree, boxStyle, icicle, maxHeightPx, onChoose }: HalfProps) {
  const [selected, select] = useState<number | null>(null);
  const nearest = [...tree.order.subarray(0, tree.childCount[0])]
    .slice(0, 5)
    .map((node) => `${nodeAt(tree, node).name} ${boxStyle.note(node)}`);
  const summary = nearest.length === 0 ? 'none' : nearest.join(', ');
  return (
    <>
      <h5>{nearest.length === 0 ? `No ${title.toLowerCase()}` : title}</h5>
      <FlameCanvas
        label={`${title} of ${name}: ${summary}. Arrow keys move, Enter chooses.`}
        {...{ tree, boxStyle, icicle, maxHeightPx }}
        zoomed={0}
        onZoom={(node) => onChoose(nodeAt(tree, node))}
        selected={selected !== null && selected < tree.size ? selected : null}
        onSelect={select}
        matches={null}
      />
    </>
  );
}
