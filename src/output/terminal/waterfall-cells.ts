import type { Timeline } from '../../core/documents/timeline.ts';
import { OUTCOMES } from '../../core/outcomes.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../view/run/phase-groups.ts';

/** What a job does; `in-flight` where its phases are not known. */
export type Doing = 'queued' | 'connecting' | 'waiting' | 'processing' | 'in-flight';

/** A character of a row. `eighths` is how much of it the processing takes. */
export type Cell =
  | { readonly shows: 'nothing' | 'failed' | Exclude<Doing, 'processing'> }
  | { readonly shows: 'processing'; readonly eighths: number };

/** By index into PHASES. */
const DOING = GROUP_OF_PHASE.map((group): Doing => {
  const name = PHASE_GROUPS[group]!;
  return name === 'downloading' ? 'waiting' : name;
});

const NOTHING: Cell = { shows: 'nothing' };

/**
 * Cells of `windowUs / cells`. Processing is drawn in eighths, at least one; else a cell shows what takes most of it,
 * if jobs take half of it. A job always shows somewhere.
 */
export function waterfallCells(
  timeline: Timeline,
  rows: readonly number[],
  windowUs: number,
  cells: number,
): Cell[] {
  const { jobs } = timeline;
  const taken = Array.from({ length: cells }, () => new Map<Doing, number>());
  const add = (doing: Doing, startUs: number, endUs: number): void => {
    const [from, to] = [(startUs / windowUs) * cells, Math.min(cells, (endUs / windowUs) * cells)];
    for (let cell = Math.floor(from); cell < to; cell++) {
      const share = Math.min(cell + 1, to) - Math.max(cell, from);
      const sums = taken[cell]!;
      sums.set(doing, (sums.get(doing) ?? 0) + share);
    }
  };
  const cellOf = (us: number) => Math.min(cells - 1, Math.floor((us / windowUs) * cells));
  const middles = new Set<number>();
  const failed = new Set<number>();
  for (const row of rows) {
    const [startUs, endUs] = [jobs.startUs[row]!, jobs.endUs[row]!];
    addJob(timeline, row, add);
    middles.add(cellOf((startUs + Math.min(endUs, windowUs)) / 2));
    if (endUs <= windowUs && OUTCOMES[jobs.outcome[row]!] !== 'ok') failed.add(cellOf(endUs));
  }
  return taken.map((sums, cell) => (failed.has(cell) ? { shows: 'failed' } : shown(sums, middles.has(cell))));
}

/** What no phase covers is waiting: for the event loop, or for what nobody looked at. */
function addJob(
  { jobs }: Timeline,
  row: number,
  add: (doing: Doing, startUs: number, endUs: number) => void,
): void {
  const { attempts, phases } = jobs;
  const { first, phase, startUs, endUs } = phases;
  // A job that sent several requests has no phases of them: it waits for those, or for the time of the next.
  const hasParts = [first, attempts.first].some((from) => from[row] !== from[row + 1]);
  const rest: Doing = hasParts ? 'waiting' : 'in-flight';
  let at = jobs.startUs[row]!;
  for (let i = first[row]!; i < first[row + 1]!; i++) {
    add(rest, at, startUs[i]!);
    add(DOING[phase[i]!]!, startUs[i]!, endUs[i]!);
    at = endUs[i]!;
  }
  add(rest, at, jobs.endUs[row]!);
}

function shown(sums: ReadonlyMap<Doing, number>, isMiddle: boolean): Cell {
  const processing = sums.get('processing') ?? 0;
  if (processing > 0) {
    return { shows: 'processing', eighths: Math.min(8, Math.max(1, Math.round(8 * processing))) };
  }
  let most: { readonly shows: Exclude<Doing, 'processing'>; readonly share: number } | null = null;
  let all = 0;
  for (const [doing, share] of sums) {
    all += share;
    if (doing !== 'processing' && share > (most?.share ?? 0)) most = { shows: doing, share };
  }
  return most === null || (all < 0.5 && !isMiddle) ? NOTHING : { shows: most.shows };
}
