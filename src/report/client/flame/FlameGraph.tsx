import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FlameData } from '../../../types/flame.ts';
import { formatShare, formatUs } from '../../format.ts';
import { idleShareOf } from '../../view/functions.ts';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import { describe } from './describe.ts';
import { FlameCanvas } from './FlameCanvas.tsx';
import { FunctionTable } from './FunctionTable.tsx';
import { Legend } from './Legend.tsx';
import { findMatches, parseQuery } from './search.ts';
import { Toolbar } from './Toolbar.tsx';
import { buildTree, nodeAt } from './tree.ts';

const ROOT = 0;

export function FlameGraph({ flame }: { readonly flame: FlameData }) {
  const [thread, setThread] = useState<number | null>(flame.threads.length === 1 ? 0 : null);
  const [showIdle, setShowIdle] = useState(false);
  const [icicle, setIcicle] = useState(true);
  const [search, setSearch] = useState('');
  const [zoomed, setZoomed] = useState(ROOT);
  const [selected, setSelected] = useState<number | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);

  const tree = useMemo(() => buildTree(flame, { thread, showIdle }), [flame, thread, showIdle]);
  const query = useMemo(() => parseQuery(search), [search]);
  const matches = useMemo(() => findMatches(tree, query), [tree, query]);
  // Node numbers belong to one tree.
  useEffect(() => {
    setZoomed(ROOT);
    setSelected(null);
  }, [tree]);

  const zoom = Math.min(zoomed, tree.size - 1);
  const selection = selected !== null && selected < tree.size ? selected : null;
  const zoomTo = (node: number): void => {
    setZoomed(node);
    setSelected(node);
  };
  const shown = tree.totalUs[ROOT] ?? 0;
  const description = selection === null ? null : describe(tree, selection);

  return (
    <div class="flame">
      <p class="flame-idle">
        <IdleSentence flame={flame} thread={thread} showIdle={showIdle} />
      </p>
      <Toolbar
        flame={flame}
        thread={thread}
        onThread={setThread}
        showIdle={showIdle}
        onShowIdle={setShowIdle}
        icicle={icicle}
        onIcicle={setIcicle}
        search={search}
        onSearch={setSearch}
        searchBox={searchBox}
        query={query}
        matches={matches}
        shownUs={shown}
      />
      <Breadcrumbs tree={tree} zoomed={zoom} onZoom={zoomTo} />
      {shown > 0 ? (
        <FlameCanvas
          label={`Flamegraph of ${flame.variant}, ${nodeAt(tree, ROOT).name}. Arrow keys move, Enter zooms, Escape goes back, slash searches. The table below has the same figures.`}
          tree={tree}
          zoomed={zoom}
          onZoom={zoomTo}
          selected={selection}
          onSelect={setSelected}
          matches={matches}
          icicle={icicle}
          onSearch={() => searchBox.current?.focus()}
        />
      ) : (
        <p class="flame-empty">Nothing ran here but waiting: all of the time is idle.</p>
      )}
      <p class="flame-selection" aria-live="polite">
        {description === null ? (
          <span class="quiet">
            Click or tap a box to zoom in; Escape goes back. With the keyboard: arrow keys, Enter, and / to
            search.
          </span>
        ) : (
          <>
            <b>{description.name}</b> {description.place ?? description.category}{' '}
            <span class="nowrap">self {description.self}</span>{' '}
            <span class="nowrap">total {description.total}</span>
          </>
        )}
      </p>
      <Legend flame={flame} showIdle={showIdle} />
      <FunctionTable flame={flame} thread={thread} totalUs={shown} />
    </div>
  );
}

function IdleSentence({
  flame,
  thread,
  showIdle,
}: {
  readonly flame: FlameData;
  readonly thread: number | null;
  readonly showIdle: boolean;
}) {
  const threads = flame.threads.filter((_, index) => thread === null || thread === index);
  const idle = idleShareOf({ ...flame, threads });
  if (idle === null) return <>No samples.</>;
  const busyUs = threads.reduce((sum, { durationUs }) => sum + durationUs, 0) * (1 - idle);
  const whose =
    threads.length === 1 ? (threads[0]?.label ?? 'the thread') : `${threads.length} threads together`;
  return (
    <>
      <b>{formatShare(1 - idle)} busy</b> ({whose}: {formatUs(busyUs)} of running code), {formatShare(idle)}{' '}
      idle
      {showIdle ? '.' : ' and hidden: widths are shares of the busy time alone.'}
    </>
  );
}
