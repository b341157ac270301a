import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { GROUP_OF_PHASE, PHASE_GROUPS } from '../../output/view/run/phase-groups.ts';
import { fit } from '../fit-text.ts';
import { eachVisible, type View, xOf } from './intervals.ts';
import { endOf, type Lane } from './lanes.ts';
import { jobName } from './model.ts';
import type { Palette } from './palette.ts';
import { Pixels, withAlpha } from './pixels.ts';
import { type Drawing, HEADER_PX, type Scene } from './scene.ts';
import type { Track } from './tracks.ts';

const QUEUED = PHASE_GROUPS.indexOf('queued');
const WAITING = PHASE_GROUPS.indexOf('waiting');
/** Narrower bars show what shares their phases have, not when they were; CSS px, as all here. */
const PHASES_FROM_PX = 5;
const NAME_FROM_PX = 40;
const NAME_FROM_HEIGHT_PX = 13;
const GAP_FROM_PX = 3;
const FAILED_PX = 3;
const DIM_ALPHA = 0.22;
/** How much of a lane's height is for a wait in the queue: a job in a queue is there, but takes nobody's time. */
const QUEUED_HEIGHT = 0.34;

interface Name {
  readonly row: number;
  /** The room for it, CSS px from the top left of the track. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Bars of every lane of a thread that can be seen. Covers what was drawn there before. */
export function drawLanes(drawing: Drawing, track: Track, rowsFrom: number, rowsTo: number): void {
  const { context, model, view, scrollTop, palette, pixelRatio, drawn } = drawing;
  const device = (px: number): number => Math.round(px * pixelRatio);
  const width = device(view.widthPx);
  if (width === 0) return;
  const image = context.createImageData(width, device((rowsTo - rowsFrom) * track.rowPx));
  const painter = new LanePainter(drawing, new Pixels(image));
  const height = Math.max(2, track.rowPx - (track.rowPx >= 8 ? 2 : 1));
  for (let line = rowsFrom; line < rowsTo; line += 1) {
    const lane = model.threads[track.thread]!.lanes[line]!;
    drawn.mergedJobs += painter.paint(lane, device((line - rowsFrom) * track.rowPx), device(height));
  }
  const top = track.y + rowsFrom * track.rowPx;
  context.putImageData(image, 0, device(top + HEADER_PX - scrollTop));
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.barInk;
  for (const { row, x, y, width: room } of painter.names) {
    const name = `${model.timeline.jobs.position[row]} ${jobName(model.timeline, row)}`;
    const label = fit(context, name, room - 10);
    context.globalAlpha = isServed(drawing, row) ? 1 : DIM_ALPHA;
    if (label !== '') context.fillText(label, x + 5, top + y + height / 2 + 0.5);
  }
  context.globalAlpha = 1;
}

/** Paints lanes pixel by pixel: what a lane costs does not depend on how many jobs it has. Lengths are device pixels. */
class LanePainter {
  readonly names: Name[] = [];
  readonly #scene: Scene;
  readonly #palette: Palette;
  readonly #pixels: Pixels;
  readonly #ratio: number;
  readonly #view: View;
  /** 1 for each column of a lane in which a job failed. */
  readonly #failed: Uint8Array;

  constructor(drawing: Drawing, pixels: Pixels) {
    this.#scene = drawing;
    this.#palette = drawing.palette;
    this.#pixels = pixels;
    this.#ratio = drawing.pixelRatio;
    this.#view = { ...drawing.view, widthPx: pixels.width };
    this.#failed = new Uint8Array(pixels.width);
  }

  /** Returns how many jobs are not drawn by themselves. */
  paint(lane: Lane, y: number, height: number): number {
    let merged = 0;
    this.#failed.fill(0);
    eachVisible(lane, this.#view, {
      box: (index, x, width) => this.#job(lane, index, x, y, width, height),
      merged: (from, until, x, covered) => {
        merged += until - from;
        const alpha = (0.3 + 0.7 * covered) * (servedAny(this.#scene, lane, from, until) ? 1 : DIM_ALPHA);
        this.#shares(lane, from, until, alpha, x, y, 1, height);
        if (lane.failed[until]! > lane.failed[from]!) this.#failed[x] = 1;
      },
    });
    // Over all jobs of the lane: whatever else there is in a pixel, a failure in it is seen.
    const thick = Math.min(Math.round(FAILED_PX * this.#ratio), height);
    for (let x = this.#failed.indexOf(1); x >= 0; x = this.#failed.indexOf(1, x + 1)) {
      this.#pixels.fill(this.#palette.failed, x, y + height - thick, 1, thick);
    }
    return merged;
  }

  #job(lane: Lane, index: number, x: number, y: number, width: number, height: number): void {
    const row = lane.row[index]!;
    const left = Math.min(Math.round(x), this.#pixels.width - 1);
    const right = Math.max(left + 1, Math.round(x + width));
    // A hair of the page between neighbours, as far as there is room for it.
    const drawn = right - left - (right - left >= GAP_FROM_PX * this.#ratio ? Math.round(this.#ratio) : 0);
    const alpha = isServed(this.#scene, row) ? 1 : DIM_ALPHA;
    if (drawn < PHASES_FROM_PX * this.#ratio) {
      this.#shares(lane, index, index + 1, alpha, left, y, drawn, height);
    } else {
      this.#phases(row, alpha, left, y, drawn, height);
    }
    if (this.#scene.model.timeline.jobs.outcome[row] !== OUTCOME_CODE.ok) {
      this.#failed.fill(1, left, left + drawn);
    }
  }

  /** Phases, or requests of several and in between a thin line. */
  #phases(row: number, alpha: number, x: number, y: number, width: number, height: number): void {
    const { attempts, phases } = this.#scene.model.timeline.jobs;
    const { first, phase, startUs, endUs } = phases;
    const unknown = withAlpha(this.#palette.unknown, alpha);
    let [widestX, widest] = [x, 0];
    if (first[row] === first[row + 1] && attempts.first[row] === attempts.first[row + 1]) {
      this.#pixels.fill(unknown, x, y, width, height);
      widest = width;
    } else {
      // What no phase covers stays a thin line in the colour of what is not known.
      const line = Math.max(1, Math.round(this.#ratio));
      this.#pixels.fill(unknown, x, y + Math.floor((height - line) / 2), width, line);
    }
    const end = x + width;
    const columnOf = (us: number): number => Math.min(end, Math.max(x, Math.round(xOf(us, this.#view))));
    for (let a = attempts.first[row]!; a < attempts.first[row + 1]!; a += 1) {
      const [from, to] = [columnOf(attempts.startUs[a]!), columnOf(attempts.endUs[a]!)];
      const colour = withAlpha(this.#palette.groups[WAITING]!, alpha);
      this.#pixels.fill(colour, from, y, to - from, height);
      if (attempts.outcome[a] !== OUTCOME_CODE.ok) {
        this.#failed.fill(1, Math.min(from, end - 1), Math.max(from + 1, to));
      }
      if (to - from > widest) [widestX, widest] = [from, to - from];
    }
    for (let p = first[row]!; p < first[row + 1]!; p += 1) {
      const [from, to] = [columnOf(startUs[p]!), columnOf(endUs[p]!)];
      if (to <= from) continue;
      const group = GROUP_OF_PHASE[phase[p]!]!;
      const thick = group === QUEUED ? Math.round(Math.max(2 * this.#ratio, height * QUEUED_HEIGHT)) : height;
      const colour = withAlpha(this.#palette.groups[group]!, alpha);
      this.#pixels.fill(colour, from, y + Math.floor((height - thick) / 2), to - from, thick);
      if (group !== QUEUED && to - from > widest) [widestX, widest] = [from, to - from];
    }
    if (widest >= NAME_FROM_PX * this.#ratio && height >= NAME_FROM_HEIGHT_PX * this.#ratio) {
      this.names.push({
        row,
        x: widestX / this.#ratio,
        y: y / this.#ratio,
        width: widest / this.#ratio,
      });
    }
  }

  /** Too narrow for phases beside each other: they stand on each other, each with its share of the height. */
  #shares(
    lane: Lane,
    from: number,
    until: number,
    alpha: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void {
    const all = lane.sumUs[until]! - lane.sumUs[from]!;
    let low = 0;
    // Processing at the bottom.
    for (let group = PHASE_GROUPS.length - 1; group >= 0 && all > 0; group -= 1) {
      const sums = lane.groupUs[group]!;
      const high = Math.min(1, low + (sums[until]! - sums[from]!) / all);
      if (high > low) this.#pixels.addPart(this.#palette.groups[group]!, low * height, high * height);
      low = high;
    }
    if (low < 1) this.#pixels.addPart(this.#palette.unknown, low * height, height);
    this.#pixels.drawParts(alpha, x, y, width, height);
  }
}

function isServed({ highlight }: Scene, row: number): boolean {
  return highlight.served === null || highlight.served[row] === 1;
}

function servedAny(scene: Scene, lane: Lane, from: number, until: number): boolean {
  for (let i = from; i < until; i += 1) if (isServed(scene, lane.row[i]!)) return true;
  return false;
}

/** A job that is in a lane in the view: where its bar is, whole or not. */
export function barOf({ model, view }: Scene, row: number): { readonly x: number; readonly width: number } {
  const { jobs, wallUs } = model.timeline;
  const x = xOf(jobs.startUs[row]!, view);
  return { x, width: xOf(endOf(jobs, row, wallUs), view) - x };
}
