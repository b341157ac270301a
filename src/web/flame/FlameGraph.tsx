import { useMemo, useRef } from 'preact/hooks';
import type { FlameData, PageFlame } from '../../core/documents/flame.ts';
import { formatShare, formatUs } from '../../core/format.ts';
import { idleShareOf } from '../../output/pages/run/view/functions.ts';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import { Search } from './controls.tsx';
import { flameBoxStyle } from './describe.ts';
import { FlameCanvas } from './FlameCanvas.tsx';
import { FunctionTable } from './FunctionTable.tsx';
import { KindBar } from './KindBar.tsx';
import { kindsOf, within } from './kinds.ts';
import { SaveView } from './SaveView.tsx';
import { Selection } from './Selection.tsx';
import { findMatches, parseQuery } from './search.ts';
import { Toolbar } from './Toolbar.tsx';
import { buildTree, nodeAt } from './tree.ts';
import { measureOf, quantityOf } from './units.ts';
import { useFlameChoices } from './use-flame-choices.ts';
import { useZoom } from './use-zoom.ts';

const ROOT = 0;

interface Props {
  readonly id: string;
  readonly data: PageFlame;
}

/** The flamegraph of one variant, or of one profile. */
export function FlameGraph({ id, data: page }: Props) {
  const { data: flame, label, jobs } = page;
  const quantity = quantityOf(page);
  const isTime = page.measures === undefined;
  const choices = useFlameChoices(`flame.${id}`, flame.threads.length);
  const { thread, direction, collapsed, showIdle, icicle, unit, search, kind, set } = choices;
  const searchBox = useRef<HTMLInputElement>(null);
  const threads = thread === 'levels' || thread === 'one' ? thread : Number(thread);
  const only = typeof threads === 'number' ? threads : null;

  const tree = useMemo(
    () => buildTree(flame, { threads, direction, showIdle, collapsed }),
    [flame, threads, direction, showIdle, collapsed],
  );
  const kinds = useMemo(() => {
    const number = only === null ? null : (flame.threads[only]?.thread ?? null);
    return kindsOf(flame, number, showIdle);
  }, [flame, only, showIdle]);
  const chosen = kinds.find(({ key }) => key === kind);
  const query = useMemo(() => within(chosen, parseQuery(search)), [chosen, search]);
  const matches = useMemo(() => findMatches(tree, query), [tree, query]);
  const { zoomed, selected, zoomTo, select } = useZoom(tree, choices.zoom, set.zoom);
  const shown = tree.totalUs[ROOT] ?? 0;
  const measure = measureOf(unit, shown, jobs, quantity);
  const boxStyle = flameBoxStyle({ tree, measure, inverted: direction === 'bottom-up' });

  return (
    <div class="flame">
      {isTime && (
        <p class="flame-idle">
          <IdleSentence flame={flame} label={label} thread={only} showIdle={showIdle} />
        </p>
      )}
      <Toolbar
        label={label}
        threads={flame.threads.map((each) => each.label)}
        choices={choices}
        noun={quantity.noun}
        hasJobs={jobs !== null}
        hasIdle={isTime}
      >
        <Search
          search={search}
          onSearch={set.search}
          searchBox={searchBox}
          query={query}
          matches={search.trim() === '' ? null : matches}
          allUs={shown}
        />
      </Toolbar>
      <KindBar kinds={kinds} measure={measure} chosen={chosen?.key ?? ''} onChoose={set.kind} />
      <Breadcrumbs tree={tree} zoomed={zoomed} onZoom={zoomTo} />
      {shown > 0 ? (
        <FlameCanvas
          label={`Flamegraph of ${label}, ${nodeAt(tree, ROOT).name}. Arrow keys move, Enter zooms, Escape goes back, slash searches. The table below has the same figures.`}
          tree={tree}
          boxStyle={boxStyle}
          zoomed={zoomed}
          onZoom={zoomTo}
          selected={selected}
          onSelect={select}
          matches={matches}
          icicle={icicle}
          onSearch={() => searchBox.current?.focus()}
        />
      ) : (
        <p class="flame-empty">
          {isTime ? 'Nothing ran here but waiting: all of the time is idle.' : 'Nothing was sampled here.'}
        </p>
      )}
      <Selection description={selected === null ? null : boxStyle.describe(selected)} />
      {shown > 0 && <SaveView id={id} label={label} tree={tree} unit={isTime ? 'microseconds' : 'bytes'} />}
      <FunctionTable flame={flame} thread={only} totalUs={shown} jobs={jobs} quantity={quantity} />
    </div>
  );
}

function IdleSentence({
  flame,
  label,
  thread,
  showIdle,
}: {
  readonly flame: FlameData;
  readonly label: string;
  readonly thread: number | null;
  readonly showIdle: boolean;
}) {
  const threads = flame.threads.filter((_, index) => thread === null || thread === index);
  const idle = idleShareOf({ ...flame, threads });
  if (idle === null) return <>No samples.</>;
  const busyUs = threads.reduce((sum, { durationUs }) => sum + durationUs, 0) * (1 - idle);
  const name = threads.length === 1 ? threads[0]?.label : `${threads.length} threads together`;
  // A profile from elsewhere has one thread, which is called as the whole.
  const whose = name === label ? '' : `${name}: `;
  return (
    <>
      <b>{formatShare(1 - idle)} busy</b> ({whose}
      {formatUs(busyUs)} of running code), {formatShare(idle)} idle
      {showIdle ? '.' : ' and hidden: widths are shares of the busy time alone.'}
    </>
  );
}
