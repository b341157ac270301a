import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Timeline } from '../../core/documents/timeline.ts';
import { formatPlural, formatUs } from '../../core/format.ts';
import { oneOf } from '../state/codecs.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { rangeText } from './axis.ts';
import type { CallLevels } from './calls.ts';
import { detailNotes, levelsNote } from './caption.ts';
import { workName } from './describe.ts';
import { JobsTable } from './JobsTable.tsx';
import { Legend } from './Legend.tsx';
import { endOf } from './lanes.ts';
import { buildModel } from './model.ts';
import { Panel } from './Panel.tsx';
import { around, isWhole, panBy, type Range, rangeCodec, whole, zoomAt } from './range.ts';
import { jobsOfFunction, samplesOfJob } from './samples.ts';
import type { Drawn, Highlight } from './scene.ts';
import { type Selection, selectionCodec } from './selection.ts';
import { TimelineCanvas } from './TimelineCanvas.tsx';
import { placeTracks } from './tracks.ts';

const BUTTON_ZOOM = 2;
const BUTTON_PAN = 0.4;
const LEVELS = oneOf<CallLevels>(['own', 'all']);

export function TimelineView({ id, data: timeline }: { readonly id: string; readonly data: Timeline }) {
  const { variant, wallUs } = timeline;
  const [levels, setLevels] = useHashState<CallLevels>(`timeline.${id}.calls`, 'own', LEVELS);
  const model = useMemo(() => buildModel(timeline, levels), [timeline, levels]);
  const tracks = useMemo(() => placeTracks(model), [model]);
  const ranges = useMemo(() => rangeCodec(wallUs), [wallUs]);
  const selections = useMemo(() => selectionCodec(model), [timeline]);
  const [range, setRange] = useHashState(`timeline.${id}.range`, whole(wallUs), ranges);
  const [selection, setSelection] = useHashState<Selection | null>(
    `timeline.${id}.selected`,
    null,
    selections,
  );
  const [notes, setNotes] = useState<readonly string[]>([]);

  const samples = useMemo(
    () => (selection?.kind === 'job' ? samplesOfJob(timeline, selection.row) : null),
    [timeline, selection],
  );
  const use = useMemo(
    () => (selection?.kind === 'function' ? jobsOfFunction(timeline, selection.frame) : null),
    [timeline, selection],
  );
  const highlight = useMemo<Highlight>(() => {
    const served = use === null ? null : new Uint8Array(timeline.jobs.rows);
    for (const { row } of use?.jobs ?? []) served![row] = 1;
    return {
      row: selection?.kind === 'job' ? selection.row : null,
      spans: samples?.spans ?? [],
      frames:
        selection?.kind === 'function'
          ? Uint8Array.from(timeline.frames, (_, frame) => (frame === selection.frame ? 1 : 0))
          : null,
      served,
    };
  }, [timeline, selection, samples, use]);

  const onDrawn = useCallback(
    (drawn: Drawn) => {
      const next = detailNotes(drawn, model);
      setNotes((last) => (last.join() === next.join() ? last : next));
    },
    [model],
  );
  const zoomToJob = (row: number): void => {
    setRange(around(timeline.jobs.startUs[row]!, endOf(timeline.jobs, row, wallUs), wallUs));
  };
  const shown = rangeText(range.fromUs, range.toUs, wallUs);

  // Whoever follows a link to a place in it finds it folded up.
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selection !== null || !isWhole(range, wallUs))
      element.current?.closest('details')?.setAttribute('open', '');
  }, []);

  return (
    <div class="timeline" ref={element}>
      <Toolbar range={range} onRange={setRange} wallUs={wallUs} variant={variant} shown={shown}>
        {model.threads.some(({ calls }) => calls !== null) && (
          <label class="check">
            <input
              type="checkbox"
              name="calls"
              checked={levels === 'all'}
              onChange={({ currentTarget: { checked } }) => setLevels(checked ? 'all' : 'own')}
            />
            <span>All call levels</span>
          </label>
        )}
      </Toolbar>
      <TimelineCanvas
        label={`Timeline of ${variant}: ${formatPlural(timeline.jobs.rows, workName(timeline))} on ${formatPlural(timeline.threads.length, 'thread')} in ${formatUs(wallUs)}. Arrow keys move and zoom, 0 shows all, N and P step through bars, shift and arrows along lanes, Enter zooms to one, Escape clears. The table below has those in view.`}
        model={model}
        tracks={tracks}
        range={range}
        onRange={setRange}
        highlight={highlight}
        onSelect={setSelection}
        onDrawn={onDrawn}
      />
      <Legend timeline={timeline} />
      <p class="timeline-notes">{[...notes, ...levelsNote(model, levels), ...timeline.notes].join(' ')}</p>
      <Panel
        model={model}
        selection={selection}
        samples={samples}
        use={use}
        onSelect={setSelection}
        onZoom={zoomToJob}
      />
      <JobsTable model={model} range={range} onSelect={setSelection} />
    </div>
  );
}

function Toolbar({
  range,
  onRange,
  wallUs,
  variant,
  shown,
  children,
}: {
  readonly children: ComponentChildren;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly wallUs: number;
  readonly variant: string;
  readonly shown: string;
}) {
  const middle = (range.fromUs + range.toUs) / 2;
  const span = range.toUs - range.fromUs;
  const all = isWhole(range, wallUs);
  const moves = [
    ['Zoom in', '+', zoomAt(range, middle, BUTTON_ZOOM, wallUs), false],
    ['Zoom out', '−', zoomAt(range, middle, 1 / BUTTON_ZOOM, wallUs), all],
    ['Earlier', '←', panBy(range, -BUTTON_PAN * span, wallUs), range.fromUs <= 0],
    ['Later', '→', panBy(range, BUTTON_PAN * span, wallUs), range.toUs >= wallUs],
  ] as const;
  return (
    <fieldset class="toolbar timeline-tools" aria-label={`Timeline of ${variant}: what it shows`}>
      {moves.map(([label, sign, to, isDisabled]) => (
        <button
          key={label}
          type="button"
          aria-label={label}
          disabled={isDisabled}
          onClick={() => onRange(to)}
        >
          {sign}
        </button>
      ))}
      <button type="button" disabled={all} onClick={() => onRange(whole(wallUs))}>
        Show all
      </button>
      <output class="timeline-range">{shown}</output>
      {children}
    </fieldset>
  );
}
