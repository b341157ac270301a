import type { Timeline } from '../../../core/documents/timeline.ts';
import { OUTCOME_CODE } from '../../../core/outcomes.ts';
import { US_PER_MS } from '../../../core/units.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from './phase-groups.ts';
import { type Bar, cellBars, exactBars } from './timeline-bars.ts';
import { pictureRows, type RowGroup } from './timeline-rows.ts';

/** One variant's execution as a small picture, on an axis that may be longer than it took. */
export interface TimelinePicture {
  readonly variant: string;
  readonly wallUs: number;
  readonly axisUs: number;
  readonly groups: readonly RowGroup[];
  /** Bars of each row, group by group. */
  readonly bars: readonly (readonly (readonly Bar[])[])[];
  /** What jobs did is drawn as it was; else by its share of the time in each cell. */
  readonly exact: boolean;
  readonly facts: PictureFacts;
}

export interface PictureFacts {
  readonly jobs: number;
  /** Null if jobs were left out of the timeline: those that are there were not chosen at random. */
  readonly failed: number | null;
  /** That ran jobs. */
  readonly threads: number;
  readonly mostInFlight: number;
  readonly meanInFlight: number;
  /** ms of all jobs in each of PHASE_GROUPS; null if jobs were left out. */
  readonly groupMs: readonly number[] | null;
  /** Which of PHASE_GROUPS there are. */
  readonly present: readonly boolean[];
}

/** More bars would be a large page, and none of them wide enough to be seen. */
const MAX_BARS = 1_500;
const MAX_CELLS = 320;

export function timelinePicture(timeline: Timeline, axisUs: number): TimelinePicture {
  const groups = pictureRows(timeline);
  const exactly = groups.map((group) => group.rows.map((row) => exactBars(timeline, row)));
  const count = (bars: TimelinePicture['bars']): number =>
    bars.flat().reduce((sum, row) => sum + row.length, 0);
  const exact = count(exactly) <= MAX_BARS;
  let bars: TimelinePicture['bars'] = exactly;
  for (let cells = MAX_CELLS; !exact; cells /= 2) {
    bars = exactly.map((group) => group.map((row) => cellBars(row, axisUs / cells, timeline.wallUs)));
    if (count(bars) <= MAX_BARS || cells < MAX_CELLS / 8) break;
  }
  const { variant, wallUs } = timeline;
  return { variant, wallUs, axisUs, groups, bars, exact, facts: pictureFacts(timeline) };
}

export function pictureFacts({ jobs, wallUs, inFlight }: Timeline): PictureFacts {
  const groupMs = PHASE_GROUPS.map(() => 0);
  const { phase, startUs, endUs } = jobs.phases;
  phase.forEach((each, p) => {
    groupMs[GROUP_OF_PHASE[each]!]! += (endUs[p]! - startUs[p]!) / US_PER_MS;
  });
  let area = 0;
  inFlight.value.forEach((value, i) => {
    area += value * ((inFlight.atUs[i + 1] ?? wallUs) - inFlight.atUs[i]!);
  });
  const complete = jobs.rows === jobs.began;
  return {
    jobs: jobs.began,
    failed: complete
      ? jobs.outcome.reduce((sum, outcome) => sum + (outcome === OUTCOME_CODE.ok ? 0 : 1), 0)
      : null,
    threads: new Set(jobs.thread).size,
    mostInFlight: inFlight.value.reduce((most, value) => Math.max(most, value), 0),
    meanInFlight: wallUs > 0 ? area / wallUs : 0,
    groupMs: complete ? groupMs : null,
    present: groupMs.map((ms) => ms > 0),
  };
}
