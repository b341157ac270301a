import type { Timeline } from '../../types/timeline.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from './phase-groups.ts';

/** Index into PHASE_GROUPS, or this for time of a job in which it is not known what it did. */
export const UNKNOWN = PHASE_GROUPS.length;
/** No job at all. */
const NOTHING = UNKNOWN + 1;

export interface Bar {
  readonly group: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** What the jobs of one row did, as it was: their phases, and what is between them. Jobs must not overlap. */
export function exactBars({ jobs, wallUs }: Timeline, rows: readonly number[]): Bar[] {
  const bars: Bar[] = [];
  const add = (group: number, fromUs: number, toUs: number): void => {
    if (toUs > fromUs) bars.push({ group, fromUs, toUs });
  };
  const { first, phase, startUs, endUs } = jobs.phases;
  for (const row of rows) {
    let at = jobs.startUs[row]!;
    const end = Number.isNaN(jobs.endUs[row]!) ? wallUs : jobs.endUs[row]!;
    for (let p = first[row]!; p < first[row + 1]!; p += 1) {
      add(UNKNOWN, at, startUs[p]!);
      add(GROUP_OF_PHASE[phase[p]!]!, Math.max(at, startUs[p]!), endUs[p]!);
      at = Math.max(at, endUs[p]!);
    }
    add(UNKNOWN, at, end);
  }
  return bars;
}

/**
 * The same in cells of equal length, each of one kind: that which is furthest behind of the time that it should have
 * (error diffusion, after Floyd and Steinberg, An Adaptive Algorithm for Spatial Greyscale, 1976). So what is
 * shorter than a cell shows as often as its share of the time, near where it was, and the order within is lost.
 */
export function cellBars(bars: readonly Bar[], cellUs: number, untilUs: number): Bar[] {
  const owed = new Float64Array(NOTHING + 1);
  const cells: Bar[] = [];
  let next = 0;
  for (let from = 0; from < untilUs; from += cellUs) {
    const to = from + cellUs;
    let covered = 0;
    for (let i = next; i < bars.length && bars[i]!.fromUs < to; i += 1) {
      const within = Math.min(to, bars[i]!.toUs) - Math.max(from, bars[i]!.fromUs);
      owed[bars[i]!.group]! += within;
      covered += within;
      if (bars[i]!.toUs <= to) next = i + 1;
    }
    owed[NOTHING]! += cellUs - covered;
    const group = owed.indexOf(Math.max(...owed));
    owed[group]! -= cellUs;
    const last = cells.at(-1);
    if (last !== undefined && last.group === group) cells[cells.length - 1] = { ...last, toUs: to };
    else cells.push({ group, fromUs: from, toUs: to });
  }
  return cells.filter(({ group }) => group !== NOTHING);
}
