import type { TimelineModel } from './model.ts';

/** A horizontal strip of the picture. y is from the top of all tracks, below the overview; CSS pixels. */
export interface Track {
  readonly kind: 'flow' | 'label' | 'load' | 'calls' | 'lanes';
  /** Index into the model's threads; −1 for what is of all of them. */
  readonly thread: number;
  readonly y: number;
  readonly height: number;
  /** Of `calls` and `lanes`: how many, and how far apart. */
  readonly rows: number;
  readonly rowPx: number;
}

export interface Tracks {
  readonly list: readonly Track[];
  readonly height: number;
}

const FLOW_PX = 56;
const LABEL_PX = 26;
const LOAD_PX = 24;
/** Garbage collections alone. */
const PAUSES_PX = 6;
const CALL_PX = 15;
const LANES_PX = 240;
const LANE_MAX_PX = 17;
const LANE_MIN_PX = 4;
const GAP_PX = 6;
const BELOW_THREAD_PX = 14;

/** Where everything stands, whatever part of the time is in view. */
export function placeTracks({ threads }: TimelineModel): Tracks {
  const list: Track[] = [];
  let y = 0;
  const add = (kind: Track['kind'], thread: number, rows: number, rowPx: number, gap: number): void => {
    if (rows === 0) return;
    list.push({ kind, thread, y, height: rows * rowPx, rows, rowPx });
    y += rows * rowPx + gap;
  };
  add('flow', -1, hasJobs(threads) ? 1 : 0, FLOW_PX, GAP_PX);
  threads.forEach(({ calls, lanes, utilization, delay, gc }, index) => {
    add('label', index, 1, LABEL_PX, 0);
    const watched = utilization !== null || delay !== null;
    const hasLoad = watched || gc.startUs.length > 0;
    add('load', index, hasLoad ? 1 : 0, watched ? LOAD_PX : PAUSES_PX, GAP_PX);
    add('calls', index, calls?.rows.length ?? 0, CALL_PX, GAP_PX);
    const lanePx = Math.max(LANE_MIN_PX, Math.min(LANE_MAX_PX, Math.floor(LANES_PX / lanes.length)));
    add('lanes', index, lanes.length, lanePx, GAP_PX);
    y += BELOW_THREAD_PX;
  });
  return { list, height: y };
}

/** A recording of a program without requests has none. */
export function hasJobs(threads: TimelineModel['threads']): boolean {
  return threads.some(({ lanes }) => lanes.length > 0);
}

/** The track at a height, and the row in it. */
export function trackAt({ list }: Tracks, y: number): { track: Track; row: number } | null {
  const track = list.find((each) => y >= each.y && y < each.y + each.height);
  return track === undefined ? null : { track, row: Math.floor((y - track.y) / track.rowPx) };
}

/** Where a lane's bar begins, from the top of all tracks; null if the thread has no such lane. */
export function laneY({ list }: Tracks, thread: number, lane: number): { y: number; height: number } | null {
  const track = list.find((each) => each.kind === 'lanes' && each.thread === thread);
  if (track === undefined || lane >= track.rows) return null;
  return { y: track.y + lane * track.rowPx, height: track.rowPx };
}
