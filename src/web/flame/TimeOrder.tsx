import { useEffect, useMemo, useState } from 'preact/hooks';
import type { FlameFrame } from '../../core/documents/flame.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import { formatUs } from '../../core/format.ts';
import { useHashState } from '../state/use-hash-state.ts';
import { buildModel } from '../timeline/model.ts';
import { rangeCodec, whole } from '../timeline/range.ts';
import { TimelineCanvas } from '../timeline/TimelineCanvas.tsx';
import { placeTracks } from '../timeline/tracks.ts';
import type { Query } from './search.ts';
import { frameKey } from './stack-keys.ts';

interface Props {
  readonly id: string;
  readonly load: () => Promise<Timeline>;
  /** Its number; null: all. */
  readonly thread: number | null;
  readonly query: Query;
  /** Key of the chosen function. */
  readonly chosen: string;
  readonly onChoose: (frame: FlameFrame | null) => void;
  readonly maxHeightPx: number | undefined;
}

/** The calls of a flame in the order in which they ran, from its timeline. */
export function TimeOrder({ load, ...props }: Props) {
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  useEffect(() => {
    void load().then(setTimeline);
  }, [load]);
  return timeline === null ? <p class="quiet">Reading…</p> : <Calls timeline={timeline} {...props} />;
}

interface CallsProps extends Omit<Props, 'load'> {
  readonly timeline: Timeline;
}

function Calls({ id, timeline, thread, query, chosen, onChoose, maxHeightPx }: CallsProps) {
  const { frames, wallUs, notes } = timeline;
  const all = useMemo(() => buildModel(timeline, 'all'), [timeline]);
  const model = useMemo(() => {
    const threads = all.threads.filter((each) => thread === null || each.thread.thread === thread);
    return { ...all, threads: threads.map((each) => ({ ...each, lanes: [] })) };
  }, [all, thread]);
  const tracks = useMemo(() => placeTracks(model), [model]);
  const ranges = useMemo(() => rangeCodec(wallUs), [wallUs]);
  const [range, setRange] = useHashState(`flame.${id}.range`, whole(wallUs), ranges);
  const standOut = useMemo(() => {
    if (query.kind === 'matcher') return Uint8Array.from(frames, (each) => (query.matches(each) ? 1 : 0));
    if (chosen === '') return null;
    return Uint8Array.from(frames, (each) => (frameKey(each) === chosen ? 1 : 0));
  }, [frames, query, chosen]);
  return (
    <div class="timeline">
      <TimelineCanvas
        label={`Calls of ${id} in time order, ${formatUs(wallUs)}. Left and right pan, up and down zoom, 0 shows all. The table below has the functions.`}
        {...{ model, tracks, range, maxHeightPx }}
        onRange={setRange}
        highlight={{ row: null, spans: [], frames: standOut, served: null }}
        onSelect={(selection) => {
          onChoose(selection?.kind === 'function' ? (frames[selection.frame] ?? null) : null);
        }}
        onDrawn={() => {}}
      />
      <p class="timeline-notes">
        One profiled run of all jobs, {formatUs(wallUs)}, as in the timeline: the other orders sum up every
        profiled run. {notes.join(' ')}
      </p>
    </div>
  );
}
