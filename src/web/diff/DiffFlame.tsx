import { useMemo, useRef } from 'preact/hooks';
import type { FlameDiff, PageFlame } from '../../core/documents/flame.ts';
import { formatPlural } from '../../core/format.ts';
import { differenceOf } from '../../output/view/run/differential.ts';
import { topChangeRows } from '../../output/view/run/top-changes.ts';
import { Breadcrumbs } from '../flame/Breadcrumbs.tsx';
import { Check, Choice, Search } from '../flame/controls.tsx';
import { FlameCanvas } from '../flame/FlameCanvas.tsx';
import { Selection } from '../flame/Selection.tsx';
import { findMatches, parseQuery } from '../flame/search.ts';
import { quantityOf } from '../flame/units.ts';
import { useExpanded } from '../flame/use-expanded.tsx';
import { DIRECTIONS, type Direction } from '../flame/use-flame-choices.ts';
import { useZoom } from '../flame/use-zoom.ts';
import { flag, oneOf, text } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { DiffLegend } from './DiffLegend.tsx';
import { changeText, type DiffUnit, diffBoxStyle } from './describe-diff.ts';
import { changeAt, diffTree, WIDTHS, type Width } from './diff-tree.ts';
import { TopChangesTable } from './TopChangesTable.tsx';
import { type Comparable, useSides } from './use-sides.tsx';

const ROOT = 0;

/** Any two flames of the page as one graph, with the cost per job in each and the functions that changed most. */
export function DiffFlame({ id, data }: { readonly id: string; readonly data: Comparable }) {
  const prefix = `diff.${id}`;
  const { a, b, chooser } = useSides(prefix, data);
  const [direction, setDirection] = useHashState<Direction>(
    `${prefix}.direction`,
    'top-down',
    oneOf(DIRECTIONS),
  );
  const [collapsed, setCollapsed] = useHashState(`${prefix}.collapsed`, false, flag);
  const [width, setWidth] = useHashState<Width>(`${prefix}.width`, 'larger', oneOf(WIDTHS));
  const [search, setSearch] = useHashState(`${prefix}.search`, '', text());
  const [by, setBy] = useHashState<'self' | 'total'>(`${prefix}.by`, 'self', oneOf(['self', 'total']));
  const [zoom, setZoom] = useHashState(`${prefix}.zoom`, '', text(16));
  const searchBox = useRef<HTMLInputElement>(null);

  const diff = useMemo(() => differenceOf(a, b, { direction, collapsed }), [a, b, direction, collapsed]);
  // Functions have the same times whichever way their stacks are read.
  const flat = useMemo(
    () => (direction === 'top-down' && !collapsed ? diff : differenceOf(a, b)),
    [a, b, diff],
  );
  const rows = useMemo(() => topChangeRows(flat, by), [flat, by]);
  const tree = useMemo(() => diffTree(diff, width), [diff, width]);
  const query = useMemo(() => parseQuery(search), [search]);
  const matches = useMemo(() => findMatches(tree, query), [tree, query]);
  const { zoomed, selected, zoomTo, select } = useZoom(tree, zoom, setZoom);
  const perJob = a.jobs !== null && b.jobs !== null;
  const unit: DiffUnit = { quantity: quantityOf(b), each: perJob ? ' per job' : '' };
  const boxStyle = diffBoxStyle(tree, [a.label, b.label], unit);
  const shown = tree.total[ROOT] ?? 0;
  const [expanded, setExpanded] = useHashState(`${prefix}.expanded`, false, flag);
  const expandable = useExpanded({
    label: `Differential flamegraph of ${a.label} and ${b.label}`,
    ...{ expanded, onExpanded: setExpanded },
  });

  return (
    <div {...expandable.block}>
      <Totals a={a} b={b} diff={diff} unit={unit} />
      <fieldset class="toolbar" aria-label="Differential flamegraph: what it shows">
        {chooser}
        <Choice
          label="Read"
          name="direction"
          value={direction}
          options={[
            ['top-down', 'callers first'],
            ['bottom-up', 'functions first'],
          ]}
          onChange={setDirection}
        />
        <Choice
          label="Widths"
          name="width"
          value={width}
          options={[
            ['larger', 'width: the larger of A and B'],
            ['a', 'width: A alone'],
            ['b', 'width: B alone'],
          ]}
          onChange={setWidth}
        />
        <Check label="Collapse recursion" name="recursion" checked={collapsed} onChange={setCollapsed} />
        <Search
          search={search}
          onSearch={setSearch}
          searchBox={searchBox}
          query={query}
          matches={matches}
          all={shown}
        />
        {expandable.button}
      </fieldset>
      <DiffLegend width={width} />
      <Breadcrumbs tree={tree} zoomed={zoomed} onZoom={zoomTo} />
      {shown > 0 ? (
        <FlameCanvas
          label={`Differential flamegraph of ${a.label} and ${b.label}. Arrow keys move, Enter zooms, Escape goes back, slash searches. The table below has the functions that changed most.`}
          tree={tree}
          boxStyle={boxStyle}
          zoomed={zoomed}
          onZoom={zoomTo}
          selected={selected}
          onSelect={select}
          matches={matches}
          icicle={true}
          maxHeightPx={expanded ? Math.max(220, window.innerHeight - 420) : undefined}
          onSearch={() => searchBox.current?.focus()}
        />
      ) : (
        <p class="flame-empty">No samples on this side.</p>
      )}
      <Selection description={selected === null ? null : boxStyle.describe(selected)} />
      <TopChangesTable
        rows={rows}
        names={[a.label, b.label]}
        unit={unit}
        by={by}
        onBy={setBy}
        onPick={(name) => setSearch(search === name ? '' : name)}
        picked={search}
      />
    </div>
  );
}

interface TotalsProps {
  readonly a: PageFlame;
  readonly b: PageFlame;
  readonly diff: FlameDiff;
  readonly unit: DiffUnit;
}

function Totals({ a, b, diff, unit: { quantity, each } }: TotalsProps) {
  const change = changeAt(diff, ROOT);
  const side = (name: string, { label, jobs }: PageFlame, amount: number, sampling: number) => (
    <span>
      <b class="side">{name}</b> {label === name ? '' : `${label}: `}
      <b>{quantity.formatEach(amount)}</b>
      {quantity.whole}
      {each}, {sampling > 0 ? `about ${formatPlural(Math.round(amount / sampling), 'sample')}` : 'no samples'}
      {each !== '' && jobs !== null && ` over ${formatPlural(jobs, 'job')}`}
    </span>
  );
  return (
    <p class="diff-totals">
      {side('A', a, change.a, diff.samplingA)}
      {side('B', b, change.b, diff.samplingB)}
      <span>
        Change: <b>{changeText(change, quantity)}</b>
      </span>
    </p>
  );
}
