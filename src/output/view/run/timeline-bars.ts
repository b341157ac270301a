import type { Timeline } from '../../../core/documents/timeline.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from './phase-groups.ts';

/** Index into PHASE_GROUPS, or this for time of a job in which it is not known what it did. */
export const UNKNOWN = PHASE_GROUPS.length;

export interface Bar {
  readonly group: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** The part of the row's height that it takes, from the bottom: 0 to 1, all of it where jobs are drawn as they were. */
  readonly low: number;
  readonly high: number;
}

/** What the jobs of one row did, as it was: their phases, and what is between them. Jobs must not overlap. */
export function exactBars({ jobs }: Timeline, rows: readonly number[]): Bar[] {
  const bars: Bar[] = [];
  const add = (group: number, fromUs: number, toUs: number): void => {
    if (toUs > fromUs) bars.push({ group, fromUs, toUs, low: 0, high: 1 });
  };
  const { first, phase, startUs, endUs } = jobs.phases;
  for (const row of rows) {
    let at = jobs.startUs[row]!;
    const end = jobs.endUs[row]!;
    for (let p = first[row]!; p < first[row + 1]!; p += 1) {
      add(UNKNOWN, at, startUs[p]!);
      add(GROUP_OF_PHASE[phase[p]!]!, Math.max(at, startUs[p]!), endUs[p]!);
      at = Math.max(at, endUs[p]!);
    }
    add(UNKNOWN, at, end);
  }
  return bars;
}

/** Levels of a cell: as many as a row of a few pixels can show. */
const LEVELS = 8;
/** Stacking order from the bottom, processing first. */
const STACKED: readonly number[] = [...Array(UNKNOWN).keys()].reverse().concat(UNKNOWN);

/**
 * Bars in cells of equal length: groups are stacked, each as high as its share. Rounding errors are carried to the next
 * cell (error diffusion, Floyd & Steinberg, 1976), so sums stay correct.
 */
export function cellBars(bars: readonly Bar[], cellUs: number, untilUs: number): Bar[] {
  const owed = new Float64Array(UNKNOWN + 1);
  /** Bars to extend if the next cell is equal, by group. */
  const last: (Bar | undefined)[] = [];
  const drawn: Bar[] = [];
  let next = 0;
  for (let cell = 0; cell * cellUs < untilUs; cell += 1) {
    const [fromUs, toUs] = [cell * cellUs, (cell + 1) * cellUs];
    for (let i = next; i < bars.length && bars[i]!.fromUs < toUs; i += 1) {
      owed[bars[i]!.group]! += (Math.min(toUs, bars[i]!.toUs) - Math.max(fromUs, bars[i]!.fromUs)) / cellUs;
      if (bars[i]!.toUs <= toUs) next = i + 1;
    }
    let level = 0;
    for (const group of STACKED) {
      const levels = Math.max(0, Math.min(LEVELS - level, Math.round(owed[group]! * LEVELS)));
      owed[group]! -= levels / LEVELS;
      if (levels === 0) continue;
      const bar = { group, fromUs, toUs, low: level / LEVELS, high: (level + levels) / LEVELS };
      level += levels;
      const before = last[group];
      const goesOn = before?.toUs === fromUs && before.low === bar.low && before.high === bar.high;
      last[group] = goesOn ? { ...before, toUs } : bar;
      if (goesOn) drawn[drawn.indexOf(before)] = last[group];
      else drawn.push(bar);
    }
  }
  return drawn;
}
