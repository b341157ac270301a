import type { Timeline } from '../../core/documents/timeline.ts';
import { formatCount, formatMs, formatPlural } from '../../core/format.ts';
import { groupBy } from '../../core/group-by.ts';
import { US_PER_MS } from '../../core/units.ts';

/** A line of a waterfall: some jobs of one thread that do not overlap, as rows of the timeline's table. */
export interface WaterfallRow {
  /** Names the thread, where there are several; only on the first of its rows. */
  readonly label: string;
  readonly jobs: readonly number[];
}

export interface WaterfallRows {
  readonly rows: readonly WaterfallRow[];
  /** How much of the whole is shown. */
  readonly note: string;
}

/** Enough to see a staircase, or a stack. */
const MAX_ROWS = 6;
const MAX_THREADS = 8;

/** The lanes of each thread within the time shown. Jobs of a single lane are put on rows in turn, as a staircase. */
export function waterfallRows(timeline: Timeline, windowUs: number): WaterfallRows {
  const { jobs } = timeline;
  const inWindow = Array.from(jobs.startUs.keys()).filter((row) => jobs.startUs[row]! < windowUs);
  const threads = groupsBy(inWindow, (row) => jobs.thread[row]!);
  const done = doneNote(timeline, inWindow.length, windowUs);
  const [[, only] = [0, []]] = threads;
  if (threads.length === 1 && only.every((row) => jobs.lane[row] === 0)) {
    const count = Math.min(MAX_ROWS, only.length);
    const rows = Array.from({ length: count }, (_, first) => ({
      label: '',
      jobs: only.filter((_, i) => i % count === first),
    }));
    return { rows, note: `one at a time, ${done}` };
  }
  const shown = threads.slice(0, MAX_THREADS);
  const each = Math.max(1, Math.round(MAX_ROWS / shown.length));
  const lanes = threads.map(([, all]) => new Set(all.map((row) => jobs.lane[row]!)).size);
  const rows = shown.flatMap(([thread, all]) => {
    const label = threads.length === 1 ? '' : labelOf(timeline, thread);
    return lanesOf(timeline, all, each).map((jobs, i) => ({ label: i === 0 ? label : '', jobs }));
  });
  return { rows, note: `${lanesNote(lanes, each, shown.length)}, ${done}` };
}

function doneNote({ jobs, wallUs }: Timeline, count: number, windowUs: number): string {
  if (wallUs <= windowUs) return `all ${formatPlural(jobs.began, 'job')}`;
  return `${formatCount(count)} of ${formatPlural(jobs.began, 'job')} started; all take ${formatMs(wallUs / US_PER_MS)}`;
}

function lanesNote(lanes: readonly number[], each: number, shown: number): string {
  const most = lanes.reduce((sum, each) => Math.max(sum, each), 0);
  const places = most > each ? `${each} of ${most}` : String(most);
  if (lanes.length === 1) return `concurrency ${places}`;
  const threads = shown < lanes.length ? `${shown} of ${lanes.length} threads` : `${lanes.length} threads`;
  return `${threads}, concurrency ${places} on each`;
}

function labelOf({ threads }: Timeline, thread: number): string {
  return threads.find((each) => each.thread === thread)?.label ?? `thread ${thread}`;
}

/** The jobs of `most` lanes, evenly spread over those that there are, among them the one that ends last. */
function lanesOf({ jobs }: Timeline, all: readonly number[], most: number): number[][] {
  const lanes = groupsBy(all, (row) => jobs.lane[row]!).map(([, rows]) => rows);
  if (lanes.length <= most) return lanes;
  const step = most === 1 ? 0 : (lanes.length - 1) / (most - 1);
  const chosen = Array.from({ length: most }, (_, i) => Math.round(i * step));
  const ends = lanes.map((rows) => rows.reduce((end, row) => Math.max(end, jobs.endUs[row]!), 0));
  const last = ends.reduce((best, end, lane) => (end > ends[best]! ? lane : best), 0);
  const nearest = chosen.reduce((best, lane) =>
    Math.abs(lane - last) < Math.abs(best - last) ? lane : best,
  );
  return chosen.map((lane) => lanes[lane === nearest ? last : lane]!);
}

function groupsBy(rows: readonly number[], keyOf: (row: number) => number): [key: number, rows: number[]][] {
  return [...groupBy(rows, keyOf)].sort(([a], [b]) => a - b);
}
