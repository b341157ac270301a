import type { TimelineJobs } from '../../core/documents/timeline.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/view/run/phase-groups.ts';
import { type Intervals, makeIntervals } from './intervals.ts';

/** One place for a job in flight: its jobs do not overlap. */
export interface Lane extends Intervals {
  /** Rows of the timeline's jobs. */
  readonly row: Int32Array;
  /** Per group of phases: time summed up before each job, and of all. */
  readonly groupUs: readonly Float64Array[];
  /** Jobs before each, and of all, that did not end well. */
  readonly failed: Int32Array;
}

/** The lanes of one thread. A job without a known end is drawn to the end of the execution. */
export function lanesOf(jobs: TimelineJobs, thread: number, wallUs: number): Lane[] {
  const rows: number[][] = [];
  for (let row = 0; row < jobs.rows; row += 1) {
    if (jobs.thread[row] !== thread || Number.isNaN(jobs.startUs[row]!)) continue;
    const lane = jobs.lane[row]!;
    while (rows.length <= lane) rows.push([]);
    rows[lane]!.push(row);
  }
  return rows.map((lane) => makeLane(jobs, lane, wallUs));
}

function makeLane(jobs: TimelineJobs, rows: readonly number[], wallUs: number): Lane {
  const startUs = Float64Array.from(rows, (row) => jobs.startUs[row]!);
  const endUs = Float64Array.from(rows, (row) => endOf(jobs, row, wallUs));
  const groupUs = PHASE_GROUPS.map(() => new Float64Array(rows.length + 1));
  const failed = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    failed[i + 1] = failed[i]! + (jobs.outcome[row] === OUTCOME_CODE.ok ? 0 : 1);
    for (const sums of groupUs) sums[i + 1] = sums[i]!;
    const { first, phase, startUs: from, endUs: to } = jobs.phases;
    for (let p = first[row]!; p < first[row + 1]!; p += 1) {
      groupUs[GROUP_OF_PHASE[phase[p]!]!]![i + 1]! += to[p]! - from[p]!;
    }
  });
  return { ...makeIntervals(startUs, endUs), row: Int32Array.from(rows), groupUs, failed };
}

export function endOf({ endUs }: TimelineJobs, row: number, wallUs: number): number {
  return Number.isNaN(endUs[row]!) ? wallUs : endUs[row]!;
}
