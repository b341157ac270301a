import { useMemo, useRef } from 'preact/hooks';
import type { FlameData, FlameFrame, PageFlame } from '../../core/documents/flame.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import { formatCount, formatShare, formatUs } from '../../core/format.ts';
import { idleShareOf } from '../../output/view/run/functions.ts';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import { Search } from './controls.tsx';
import { FlameCanvas } from './FlameCanvas.tsx';
import { FunctionTable } from './FunctionTable.tsx';
import { hottest, zoomFor } from './functions.ts';
import { KindBar } from './KindBar.tsx';
import { Sandwich } from './Sandwich.tsx';
import { SaveView } from './SaveView.tsx';
import { Selection } from './Selection.tsx';
import { frameKey } from './stack-keys.ts';
import { TimeOrder } from './TimeOrder.tsx';
import { Toolbar } from './Toolbar.tsx';
import { isTop, nodeAt } from './tree.ts';
import { useExpanded } from './use-expanded.tsx';
import { useFlame } from './use-flame.ts';
import { useFlameChoices } from './use-flame-choices.ts';
import { useZoom } from './use-zoom.ts';

const ROOT = 0;
/** Margin of the graph when it fills the window. */
const EXPANDED_MARGIN_PX = 290;
const MIN_EXPANDED_PX = 220;

export interface DrawableFlame {
  readonly flame: PageFlame;
  /** Timeline of one run of the same threads, if known. */
  readonly timeline: (() => Promise<Timeline>) | null;
}

interface Props {
  readonly id: string;
  readonly data: DrawableFlame;
}

/** The flamegraph of one variant, or of one profile. */
export function FlameGraph({ id, data: { flame: page, timeline } }: Props) {
  const { data: flame, label, jobs } = page;
  const isTime = page.measures === undefined;
  const choices = useFlameChoices(`flame.${id}`, {
    ...{ threads: flame.threads.length, timeOrder: timeline !== null, unit: 'share' },
  });
  const { direction, showIdle, icicle, search, chosen, expanded, set } = choices;
  const searchBox = useRef<HTMLInputElement>(null);
  const drawn = useFlame(page, choices);
  const { tree, only, inverted, kinds, picked, query, matches, quantity, measure, boxStyle, all } = drawn;
  const { zoomed, selected, zoomTo, select } = useZoom(tree, choices.zoom, set.zoom);

  const functions = useMemo(() => hottest(tree, inverted), [tree, inverted]);
  const frame = useMemo(() => {
    const index = chosen === '' ? -1 : flame.frames.findIndex((each) => frameKey(each) === chosen);
    return index < 0 ? null : index;
  }, [flame, chosen]);
  const rank = functions.findIndex((each) => each.frame === frame);
  const box = selected ?? functions[rank]?.node ?? null;

  const choose = (next: FlameFrame | null): void => set.chosen(next === null ? '' : frameKey(next));
  const selectBox = (node: number | null): void => {
    select(node);
    if (node === null) choose(null);
    else if (!isTop(tree, node)) choose(nodeAt(tree, node));
  };
  const step = (by: 1 | -1): void => {
    const from = rank < 0 && by < 0 ? 0 : rank;
    const next = functions[(from + by + functions.length) % functions.length];
    if (next === undefined) return;
    zoomTo(zoomFor(tree, zoomed, next.node));
    selectBox(next.node);
  };
  const expandable = useExpanded({
    label: `Flamegraph of ${label}`,
    ...{ expanded, onExpanded: set.expanded },
    onKey: ({ key, target }) => {
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
      if (key === 'n' || key === 'p') step(key === 'n' ? 1 : -1);
    },
  });
  const room = Math.max(MIN_EXPANDED_PX, window.innerHeight - EXPANDED_MARGIN_PX);
  const maxHeightPx = expanded ? room : undefined;
  const inTime = direction === 'time';
  const thread = only === null ? null : (flame.threads[only]?.thread ?? null);

  return (
    <div {...expandable.block}>
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
        hasTimeOrder={timeline !== null}
      >
        <Search
          search={search}
          onSearch={set.search}
          searchBox={searchBox}
          query={query}
          matches={drawn.found}
          all={all}
        />
        <button type="button" title="N; P goes back" onClick={() => step(1)}>
          Next hottest
        </button>
        {expandable.button}
      </Toolbar>
      <KindBar kinds={kinds} measure={measure} chosen={picked?.key ?? ''} onChoose={set.kind} />
      <div class="flame-body">
        <div>
          {inTime && timeline !== null ? (
            <TimeOrder {...{ id, thread, query, chosen, maxHeightPx }} load={timeline} onChoose={choose} />
          ) : (
            <>
              <Breadcrumbs tree={tree} zoomed={zoomed} onZoom={zoomTo} />
              {all > 0 ? (
                <FlameCanvas
                  label={`Flamegraph of ${label}, ${nodeAt(tree, ROOT).name}. Arrow keys move, Enter zooms, N goes to the next hottest function, Escape goes back, slash searches. The table below has the same figures.`}
                  {...{ tree, boxStyle, zoomed, matches, icicle, maxHeightPx }}
                  onZoom={(node) => {
                    zoomTo(node);
                    selectBox(node);
                  }}
                  selected={box}
                  onSelect={selectBox}
                  onSearch={() => searchBox.current?.focus()}
                />
              ) : (
                <p class="flame-empty">{isTime ? 'All of the time is idle.' : 'Nothing was sampled here.'}</p>
              )}
            </>
          )}
          <Selection
            description={box === null ? null : boxStyle.describe(box)}
            rank={
              rank < 0 || box === null || isTop(tree, box)
                ? null
                : `${formatCount(rank + 1)} of ${formatCount(functions.length)}`
            }
          />
        </div>
        {expanded && (
          <Sandwich
            {...{ flame, showIdle, measure }}
            thread={only}
            chosen={frame}
            onChoose={choose}
            maxHeightPx={Math.max(MIN_EXPANDED_PX / 2, room / 2 - 60)}
          />
        )}
      </div>
      <div class="asides">
        {all > 0 && !inTime && (
          <SaveView id={id} label={label} tree={tree} unit={isTime ? 'microseconds' : 'bytes'} />
        )}
        <FunctionTable flame={flame} thread={only} all={all} jobs={jobs} quantity={quantity} />
      </div>
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
  const busyUs = threads.reduce((sum, { duration }) => sum + duration, 0) * (1 - idle);
  const name = threads.length === 1 ? threads[0]?.label : `${threads.length} threads together`;
  // A profile from elsewhere has one thread, which is called as the whole.
  const whose = name === label ? '' : `${name}: `;
  return (
    <>
      <b>{formatShare(1 - idle)} busy</b> ({whose}
      {formatUs(busyUs)} of running code), {formatShare(idle)} idle
      {showIdle ? '.' : ' and hidden: widths are shares of the busy time.'}
    </>
  );
}
