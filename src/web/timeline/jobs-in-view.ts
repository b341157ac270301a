import type { Timeline } from '../../core/documents/timeline.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/pages/run/view/phase-groups.ts';
import { endOf } from './lanes.ts';
import type { Range } from './range.ts';

/** Rows of jobs that were under way in the range, the first so many of them, and how many there are. */
export function jobsInView(
  { jobs, wallUs }: Timeline,
  { fromUs, toUs }: Range,
  most: number,
): { readonly rows: number[]; readonly count: number } {
  const rows: number[] = [];
  let count = 0;
  for (let row = 0; row < jobs.rows && jobs.startUs[row]! <= toUs; row += 1) {
    if (endOf(jobs, row, wallUs) < fromUs) continue;
    count += 1;
    if (rows.length < most) rows.push(row);
  }
  return { rows, count };
}

/** µs in each group of phases. */
export function groupTimes({ jobs: { phases } }: Timeline, row: number): number[] {
  const times = PHASE_GROUPS.map(() => 0);
  for (let p = phases.first[row]!; p < phases.first[row + 1]!; p += 1) {
    times[GROUP_OF_PHASE[phases.phase[p]!]!]! += phases.endUs[p]! - phases.startUs[p]!;
  }
  return times;
}
