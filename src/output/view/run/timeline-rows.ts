import type { Timeline } from '../../../core/documents/timeline.ts';
import { evenly } from '../evenly.ts';

/** Rows of one thread, or all of them together. Each is a list of rows of the timeline's jobs that do not overlap. */
export interface RowGroup {
  /** Null where there is one group only. */
  readonly label: string | null;
  readonly rows: readonly (readonly number[])[];
}

const MAX_ROWS = 60;

/** A staircase, a stack or lanes: whichever shows how the variant goes about the work, in at most 60 rows. */
export function pictureRows(timeline: Timeline): RowGroup[] {
  const { jobs } = timeline;
  const all = Array.from({ length: jobs.rows }, (_, row) => row);
  const threads = [...new Set(jobs.thread)].sort((a, b) => a - b);
  const perRow = Math.max(1, Math.ceil(all.length / MAX_ROWS));
  if (threads.length <= 1 && (perRow === 1 || jobs.lane.every((lane) => lane === 0))) {
    return [{ label: null, rows: chunks(all, perRow) }];
  }
  return byLane(timeline, threads);
}

function byLane({ jobs, threads }: Timeline, numbers: readonly number[]): RowGroup[] {
  const shown = evenly(numbers, MAX_ROWS);
  const most = Math.max(1, Math.floor(MAX_ROWS / shown.length));
  const byThread = new Map<number, number[][]>();
  for (let row = 0; row < jobs.rows; row += 1) {
    const list = byThread.get(jobs.thread[row]!) ?? [];
    byThread.set(jobs.thread[row]!, list);
    while (list.length <= jobs.lane[row]!) list.push([]);
    list[jobs.lane[row]!]!.push(row);
  }
  return shown.map((number) => {
    const label = threads.find(({ thread }) => thread === number)?.label ?? `thread ${number}`;
    return { label: numbers.length > 1 ? label : null, rows: evenly(byThread.get(number) ?? [], most) };
  });
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
