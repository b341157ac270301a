import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/pages/run/view/phase-groups.ts';
import { fit } from '../fit-text.ts';
import { ColumnRuns } from './column-runs.ts';
import { eachVisible, xOf } from './intervals.ts';
import { endOf, type Lane } from './lanes.ts';
import { jobName } from './model.ts';
import type { Palette } from './palette.ts';
import type { Drawn, Scene } from './scene.ts';
import type { Track } from './tracks.ts';

const QUEUED = PHASE_GROUPS.indexOf('queued');
const WAITING = PHASE_GROUPS.indexOf('waiting');
/** Narrower bars show what shares their phases have, not when they were. */
const PHASES_FROM_PX = 5;
const NAME_FROM_PX = 40;
const NAME_FROM_HEIGHT_PX = 13;
const DIM_ALPHA = 0.22;
/** Of a merged column: how pale it is, and how high its parts are; more than these no lane has room for. */
const ALPHAS = 12;
const STEPS = 32;
const PLACES = 64;
/** How much of a lane's height is for a wait in the queue: a job in a queue is there, but takes nobody's time. */
const QUEUED_HEIGHT = 0.34;

/** Bars of every lane of a thread that can be seen. */
export function drawLanes(
  context: CanvasRenderingContext2D,
  scene: Scene,
  track: Track,
  palette: Palette,
  drawn: Drawn,
  rowsFrom: number,
  rowsTo: number,
): void {
  const lanes = scene.model.threads[track.thread]!.lanes;
  for (let line = rowsFrom; line < rowsTo; line += 1) {
    const lane = lanes[line]!;
    const y = track.y + line * track.rowPx;
    const height = Math.max(2, track.rowPx - (track.rowPx >= 8 ? 2 : 1));
    // Each group of phases is a run of its own, by its height and how pale it is.
    const runs = [...palette.groups, palette.unknown].map(
      (colour) =>
        new ColumnRuns((alphaLevel, place, x, width) => {
          context.globalAlpha = alphaLevel / ALPHAS;
          const [bottom, high] = [Math.floor(place / PLACES), place % PLACES];
          fill(
            context,
            colour,
            x,
            y + height * (1 - (bottom + high) / STEPS),
            width,
            (height * high) / STEPS,
            drawn,
          );
          context.globalAlpha = 1;
        }),
    );
    const failures = new ColumnRuns((_kind, _level, x, width) =>
      drawFailed(context, palette, drawn, x, y, width, height),
    );
    eachVisible(lane, scene.view, {
      box: (index, x, width) => drawJob(context, scene, palette, drawn, lane, index, x, y, width, height),
      merged: (from, until, x, covered) => {
        drawn.mergedJobs += until - from;
        const alpha = (0.3 + 0.7 * covered) * (servedAny(scene, lane, from, until) ? 1 : DIM_ALPHA);
        const level = Math.max(1, Math.round(alpha * ALPHAS));
        eachShare(lane, from, until, (group, low, high) => {
          const bottom = Math.round(low * STEPS);
          const steps = Math.round(high * STEPS) - bottom;
          if (steps > 0) runs[group]!.add(level, bottom * PLACES + steps, x);
        });
        if (lane.failed[until]! > lane.failed[from]!) failures.add(0, 0, x);
      },
    });
    for (const run of runs) run.end();
    failures.end();
  }
}

function drawJob(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  drawn: Drawn,
  lane: Lane,
  index: number,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const row = lane.row[index]!;
  const { timeline } = scene.model;
  context.globalAlpha = isServed(scene, row) ? 1 : DIM_ALPHA;
  // A hair of the page between neighbours, as far as there is room for it.
  const drawnWidth = width >= 3 ? width - 0.8 : width;
  if (width < PHASES_FROM_PX) {
    drawShares(context, palette, drawn, lane, index, x, y, drawnWidth, height);
  } else {
    const widest = drawPhases(context, scene, palette, drawn, row, x, y, drawnWidth, height);
    if (widest.width >= NAME_FROM_PX && height >= NAME_FROM_HEIGHT_PX) {
      context.font = `11px ${palette.font}`;
      context.fillStyle = palette.barInk;
      const name = `${timeline.jobs.position[row]} ${jobName(timeline, row)}`;
      const label = fit(context, name, widest.width - 10);
      if (label !== '') context.fillText(label, widest.x + 5, y + height / 2 + 0.5);
    }
  }
  if (timeline.jobs.outcome[row] !== OUTCOME_CODE.ok) {
    drawFailed(context, palette, drawn, x, y, drawnWidth, height);
  }
  context.globalAlpha = 1;
}

/** Along the bottom of the lane. */
function drawFailed(
  context: CanvasRenderingContext2D,
  palette: Palette,
  drawn: Drawn,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const thick = Math.min(3, height);
  fill(context, palette.bad, x, y + height - thick, width, thick, drawn);
}

/** Phases, or requests of several and in between a thin line. Returns the widest that has the lane's full height: there is room for the job's name. */
function drawPhases(
  context: CanvasRenderingContext2D,
  { model, view }: Scene,
  palette: Palette,
  drawn: Drawn,
  row: number,
  x: number,
  y: number,
  width: number,
  height: number,
): { readonly x: number; readonly width: number } {
  const { attempts, phases } = model.timeline.jobs;
  const { first, phase, startUs, endUs } = phases;
  if (first[row] === first[row + 1] && attempts.first[row] === attempts.first[row + 1]) {
    fill(context, palette.unknown, x, y, width, height, drawn);
    return { x, width };
  }
  // What no phase covers stays a thin line in the colour of what is not known.
  fill(context, palette.unknown, x, y + height / 2 - 0.5, width, 1, drawn);
  let widest = { x, width: 0 };
  const cut = (fromUs: number, toUs: number) => {
    const from = Math.max(x, xOf(fromUs, view));
    return [from, Math.min(x + width, xOf(toUs, view))] as const;
  };
  for (let a = attempts.first[row]!; a < attempts.first[row + 1]!; a += 1) {
    const [from, to] = cut(attempts.startUs[a]!, attempts.endUs[a]!);
    fill(context, palette.groups[WAITING]!, from, y, to - from, height, drawn);
    if (attempts.outcome[a] !== OUTCOME_CODE.ok)
      drawFailed(context, palette, drawn, from, y, to - from, height);
    if (to - from > widest.width) widest = { x: from, width: to - from };
  }
  for (let p = first[row]!; p < first[row + 1]!; p += 1) {
    const [from, to] = cut(startUs[p]!, endUs[p]!);
    if (to - from < 0.2) continue;
    const group = GROUP_OF_PHASE[phase[p]!]!;
    const thick = group === QUEUED ? Math.max(2, height * QUEUED_HEIGHT) : height;
    fill(context, palette.groups[group]!, from, y + (height - thick) / 2, to - from, thick, drawn);
    if (group !== QUEUED && to - from > widest.width) widest = { x: from, width: to - from };
  }
  return widest;
}

/** A bar too narrow for its phases to stand beside each other: they stand on each other. */
function drawShares(
  context: CanvasRenderingContext2D,
  palette: Palette,
  drawn: Drawn,
  lane: Lane,
  index: number,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  eachShare(lane, index, index + 1, (group, low, high) => {
    const colour = palette.groups[group] ?? palette.unknown;
    fill(context, colour, x, y + height * (1 - high), width, height * (high - low), drawn);
  });
}

/** Each group of phases, and what is not known, from and up to which share of the height: processing at the bottom. */
function eachShare(
  lane: Lane,
  from: number,
  until: number,
  each: (group: number, low: number, high: number) => void,
): void {
  const all = lane.sumUs[until]! - lane.sumUs[from]!;
  let low = 0;
  for (let group = PHASE_GROUPS.length - 1; group >= 0 && all > 0; group -= 1) {
    const sums = lane.groupUs[group]!;
    const high = Math.min(1, low + (sums[until]! - sums[from]!) / all);
    if (high > low) each(group, low, high);
    low = high;
  }
  if (low < 0.98) each(PHASE_GROUPS.length, low, 1);
}

function fill(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
  drawn: Drawn,
): void {
  context.fillStyle = colour;
  context.fillRect(x, y, Math.max(width, 0.5), height);
  drawn.rectangles += 1;
}

function isServed({ highlight }: Scene, row: number): boolean {
  return highlight.served === null || highlight.served[row] === 1;
}

/** Looks at a bounded number of them: a column may stand for thousands. */
function servedAny(scene: Scene, lane: Lane, from: number, until: number): boolean {
  if (scene.highlight.served === null) return true;
  const step = Math.max(1, Math.floor((until - from) / 16));
  for (let i = from; i < until; i += step) if (isServed(scene, lane.row[i]!)) return true;
  return false;
}

/** A job that is in a lane in the view: where its bar is, whole or not. */
export function barOf({ model, view }: Scene, row: number): { readonly x: number; readonly width: number } {
  const { jobs, wallUs } = model.timeline;
  const x = xOf(jobs.startUs[row]!, view);
  return { x, width: xOf(endOf(jobs, row, wallUs), view) - x };
}
