import { useRef } from 'preact/hooks';
import type { PageFlame } from '../../core/documents/flame.ts';
import { Breadcrumbs } from '../flame/Breadcrumbs.tsx';
import { Choice, Found, Search } from '../flame/controls.tsx';
import { FlameCanvas } from '../flame/FlameCanvas.tsx';
import { KindBar } from '../flame/KindBar.tsx';
import { Selection } from '../flame/Selection.tsx';
import { keyText, nodeOfKey } from '../flame/stack-keys.ts';
import { Toolbar } from '../flame/Toolbar.tsx';
import { nodeAt } from '../flame/tree.ts';
import { quantityOf } from '../flame/units.ts';
import { useExpanded } from '../flame/use-expanded.tsx';
import { useFlame } from '../flame/use-flame.ts';
import { useFlameChoices } from '../flame/use-flame-choices.ts';
import { useZoom, type Zoom } from '../flame/use-zoom.ts';
import { oneOf } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { type Comparable, useSides } from './use-sides.tsx';

const SCALES = ['one', 'each'] as const;
const ROOT = 0;
const EXPANDED_MARGIN_PX = 330;

interface Side {
  readonly page: PageFlame;
  readonly drawn: ReturnType<typeof useFlame>;
  readonly zoom: Zoom;
}

/** Two flamegraphs side by side, threads merged, with a common zoom, search and scale. */
export function SideBySide({ id, data }: { readonly id: string; readonly data: Comparable }) {
  const prefix = `pair.${id}`;
  const { a, b, chooser } = useSides(prefix, data);
  const perJob = a.jobs !== null && b.jobs !== null;
  const choices = useFlameChoices(prefix, { threads: 0, timeOrder: false, unit: perJob ? 'job' : 'sum' });
  const [scale, setScale] = useHashState(`${prefix}.scale`, 'one', oneOf(SCALES));
  const searchBox = useRef<HTMLInputElement>(null);
  const expandable = useExpanded({
    label: `Flamegraphs of ${a.label} and ${b.label}`,
    ...{ expanded: choices.expanded, onExpanded: choices.set.expanded },
  });
  const one = useSide(a, choices);
  const other = useSide(b, choices);
  const zooms = [zoomedIn(one, other), zoomedIn(other, one)] as const;
  const amounts = [one, other].map(
    ({ drawn, page }, side) => (drawn.tree.total[zooms[side]!] ?? 0) / (perJob ? (page.jobs ?? 1) : 1),
  );
  const room = Math.max(220, window.innerHeight - EXPANDED_MARGIN_PX);
  const pane = (side: Side, index: 0 | 1, beside: Side) => (
    <Pane
      {...{ side, choices, beside }}
      zoomed={zooms[index]}
      scale={scale === 'one' ? (amounts[index] ?? 0) / Math.max(...amounts, Number.MIN_VALUE) : 1}
      maxHeightPx={choices.expanded ? room : undefined}
      onSearch={() => searchBox.current?.focus()}
    />
  );
  return (
    <div {...expandable.block}>
      <Toolbar
        label={`${a.label} and ${b.label}`}
        threads={[]}
        choices={choices}
        noun={quantityOf(a).noun}
        hasJobs={perJob}
        hasIdle={a.measures === undefined}
        hasTimeOrder={false}
      >
        {chooser}
        <Choice
          label="Scale"
          name="scale"
          value={scale}
          options={[
            ['one', perJob ? 'one scale per job' : 'one scale'],
            ['each', 'each fills its side'],
          ]}
          onChange={setScale}
        />
        <Search
          search={choices.search}
          onSearch={choices.set.search}
          searchBox={searchBox}
          query={one.drawn.query}
          matches={null}
          all={one.drawn.all}
        />
        {expandable.button}
      </Toolbar>
      <div class="pair">
        {pane(one, 0, other)}
        {pane(other, 1, one)}
      </div>
    </div>
  );
}

function useSide(page: PageFlame, choices: ReturnType<typeof useFlameChoices>): Side {
  const drawn = useFlame(page, choices);
  return { page, drawn, zoom: useZoom(drawn.tree, choices.zoom, choices.set.zoom) };
}

/** The zoomed stack, or its nearest caller on a side without it. */
function zoomedIn({ zoom }: Side, { drawn, zoom: beside }: Side): number {
  let found = zoom.zoomed;
  for (let at = beside.zoomed; found === ROOT && at > ROOT; at = drawn.tree.parent[at] ?? ROOT) {
    found = Math.max(ROOT, zoom.keys.indexOf(beside.keys[at] ?? 0, 1));
  }
  return found;
}

interface PaneProps {
  readonly side: Side;
  readonly beside: Side;
  readonly choices: ReturnType<typeof useFlameChoices>;
  readonly zoomed: number;
  readonly scale: number;
  readonly maxHeightPx: number | undefined;
  readonly onSearch: () => void;
}

function Pane({ side, beside, choices, zoomed, scale, maxHeightPx, onSearch }: PaneProps) {
  const { page, drawn, zoom } = side;
  const { tree, boxStyle, kinds, picked, matches, measure, all } = drawn;
  const select = (node: number | null): void => {
    zoom.select(node);
    const same = node === null ? ROOT : nodeOfKey(beside.zoom.keys, keyText(zoom.keys[node] ?? 0));
    beside.zoom.select(node === ROOT ? ROOT : same === ROOT ? null : same);
  };
  return (
    <section aria-label={page.label}>
      <h4>
        {page.label} <small>{measure.format(all)}</small>{' '}
        <small>
          <Found query={drawn.query} matches={drawn.found} all={all} />
        </small>
      </h4>
      <KindBar kinds={kinds} measure={measure} chosen={picked?.key ?? ''} onChoose={choices.set.kind} />
      <Breadcrumbs tree={tree} zoomed={zoomed} onZoom={zoom.zoomTo} />
      {all > 0 ? (
        <FlameCanvas
          label={`Flamegraph of ${page.label}, ${nodeAt(tree, ROOT).name}, beside that of ${beside.page.label}. Arrow keys move, Enter zooms both, Escape goes back, slash searches.`}
          {...{ tree, boxStyle, zoomed, matches, scale, maxHeightPx, onSearch }}
          icicle={choices.icicle}
          onZoom={(node) => {
            zoom.zoomTo(node);
            select(node);
          }}
          selected={zoom.selected}
          onSelect={select}
        />
      ) : (
        <p class="flame-empty">Nothing was sampled here.</p>
      )}
      <Selection description={zoom.selected === null ? null : boxStyle.describe(zoom.selected)} />
    </section>
  );
}
