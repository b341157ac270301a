import { lowerBound, upperBound } from './intervals.ts';
import type { TimelineModel } from './model.ts';

export type Step = 'next' | 'previous' | 'up' | 'down';

/** Where the keyboard leads from a job: along its lane, or to the job at the same time on the lane beside it. */
export function stepFrom(model: TimelineModel, row: number | null, to: Step, fromUs: number): number | null {
  const { jobs } = model.timeline;
  const lanes = model.threads.flatMap(({ lanes: list }) => list).filter(({ row: rows }) => rows.length > 0);
  if (lanes.length === 0) return null;
  if (row === null) return firstFrom(model, fromUs);
  const at = lanes.findIndex((lane) => indexIn(lane.row, row) >= 0);
  const lane = lanes[at];
  if (lane === undefined) return null;
  if (to === 'next' || to === 'previous') {
    const index = indexIn(lane.row, row) + (to === 'next' ? 1 : -1);
    return lane.row[index] ?? null;
  }
  const beside = lanes[at + (to === 'down' ? 1 : -1)];
  if (beside === undefined) return null;
  const index = Math.min(upperBound(beside.endUs, jobs.startUs[row]!), beside.row.length - 1);
  return beside.row[index] ?? null;
}

/** The first job that begins in view, or the last one of all. */
function firstFrom({ timeline: { jobs } }: TimelineModel, fromUs: number): number | null {
  if (jobs.rows === 0) return null;
  return Math.min(lowerBound(jobs.startUs, fromUs), jobs.rows - 1);
}

/** Rows of a lane are in order of their start, and so are rows themselves. */
function indexIn(rows: Int32Array, row: number): number {
  const index = lowerBound(rows, row);
  return rows[index] === row ? index : -1;
}
