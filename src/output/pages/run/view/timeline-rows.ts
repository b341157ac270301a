import type { Timeline } from '../../../../core/documents/timeline.ts';
import { evenly } from '../../../charts/evenly.ts';

/** How the rows of a small picture of a timeline came about. */
export type RowsKind =
  /** One for each job, by their start. */
  | 'jobs'
  /** One for several jobs that ran one after another. */
  | 'runs'
  /** One for each slot. */
  | 'lanes';

export interface PictureRows {
  readonly kind: RowsKind;
  /** Most jobs of a row, where that is of interest: of `runs`. */
  readonly jobsPerRow: number;
  /** Lanes that are drawn, and that there are. */
  readonly drawn: number;
  readonly lanes: number;
  readonly groups: readonly RowGroup[];
}

/** Rows of one thread, or all of them together. Each is a list of rows of the timeline's jobs that do not overlap. */
export interface RowGroup {
  /** Null where there is one group only. */
  readonly label: string | null;
  readonly rows: readonly (readonly number[])[];
}

const MAX_ROWS = 60;

/** A staircase, a stack or lanes: whichever shows how the variant goes about the work, in at most 60 rows. */
export function pictureRows(timeline: Timeline): PictureRows {
  const { jobs } = timeline;
  const all = Array.from({ length: jobs.rows }, (_, row) => row);
  const threads = [...new Set(jobs.thread)].sort((a, b) => a - b);
  const one = (kind: RowsKind, rows: readonly (readonly number[])[], jobsPerRow = 1): PictureRows => ({
    kind,
    jobsPerRow,
    drawn: rows.length,
    lanes: rows.length,
    groups: [{ label: null, rows }],
  });
  if (threads.length <= 1) {
    if (all.length <= MAX_ROWS)
      return one(
        'jobs',
        all.map((row) => [row]),
      );
    if (jobs.lane.every((lane) => lane === 0)) {
      const perRow = Math.ceil(all.length / MAX_ROWS);
      return one('runs', chunks(all, perRow), perRow);
    }
  }
  return byLane(timeline, threads);
}

function byLane({ jobs, threads }: Timeline, numbers: readonly number[]): PictureRows {
  const shown = evenly(numbers, MAX_ROWS);
  const most = Math.max(1, Math.floor(MAX_ROWS / shown.length));
  let lanes = 0;
  let drawn = 0;
  const byThread = new Map<number, number[][]>();
  for (let row = 0; row < jobs.rows; row += 1) {
    const list = byThread.get(jobs.thread[row]!) ?? [];
    byThread.set(jobs.thread[row]!, list);
    while (list.length <= jobs.lane[row]!) list.push([]);
    list[jobs.lane[row]!]!.push(row);
  }
  for (const list of byThread.values()) lanes += list.length;
  const groups = shown.map((number) => {
    const rows = evenly(byThread.get(number) ?? [], most);
    drawn += rows.length;
    const label = threads.find(({ thread }) => thread === number)?.label ?? `thread ${number}`;
    return { label: numbers.length > 1 ? label : null, rows };
  });
  return { kind: 'lanes', jobsPerRow: 1, drawn, lanes, groups };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
