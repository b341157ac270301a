import { formatCount } from '../../core/format.ts';
import { envelope, type IndexedCurve } from './curves.ts';
import { workName } from './describe.ts';
import { eachVisible, type View } from './intervals.ts';
import type { TimelineModel } from './model.ts';
import type { Drawing } from './scene.ts';
import type { Track } from './tracks.ts';

/** Delays up to this are what timers are late by themselves; the strip's scale does not go below it, µs. */
const MIN_DELAY_SCALE_US = 5_000;
const GC_PX = 5;

/** A strip of the picture over its whole width. */
interface Box {
  readonly y: number;
  readonly height: number;
}

/** Filled up to the greatest value of each pixel, more strongly up to the least. */
function drawArea(
  { context, view }: Drawing,
  curve: IndexedCurve,
  scaleMost: number,
  box: Box,
  colour: string,
): void {
  const { least, most } = envelope(curve, view);
  const bottom = box.y + box.height;
  const high = (value: number): number => (scaleMost > 0 ? (value / scaleMost) * box.height : 0);
  context.fillStyle = colour;
  for (let x = 0; x < most.length; x += 1) {
    const [low, top] = [high(least[x]!), high(most[x]!)];
    if (top <= 0) continue;
    context.globalAlpha = 0.18;
    context.fillRect(x, bottom - top, 1, top);
    context.globalAlpha = 0.3;
    context.fillRect(x, bottom - low, 1, low);
    context.globalAlpha = 0.85;
    context.fillRect(x, bottom - top, 1, 1.25);
  }
  context.globalAlpha = 1;
}

/** The darker the more: where there is no height for a curve. */
export function drawHeat(
  context: CanvasRenderingContext2D,
  curve: IndexedCurve,
  view: View,
  box: Box,
  colour: string,
): void {
  context.fillStyle = colour;
  envelope(curve, view).most.forEach((value, x) => {
    if (!(value > 0)) return;
    context.globalAlpha = 0.15 + (0.6 * value) / curve.highest;
    context.fillRect(x, box.y, 1, box.height);
  });
  context.globalAlpha = 1;
}

/** A line through the greatest value of each pixel. */
function drawLine(
  { context, view }: Drawing,
  curve: IndexedCurve,
  scaleMost: number,
  box: Box,
  colour: string,
): void {
  if (!(scaleMost > 0)) return;
  const { most } = envelope(curve, view);
  context.beginPath();
  most.forEach((value, x) => {
    const y = box.y + box.height - Math.min(1, value / scaleMost) * (box.height - 1) - 0.5;
    if (x === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.stroke();
}

/** How many jobs were under way, and how many were handed to a thread and not begun. */
export function drawFlow(drawing: Drawing, box: Box): void {
  const { palette } = drawing;
  const { inFlight, queued } = drawing.model;
  drawArea(drawing, inFlight, Math.max(1, inFlight.highest), box, palette.variant);
  // Each has a scale of its own: a pool may have queued a thousand times what it has in flight.
  if (queued !== null) drawLine(drawing, queued, queued.highest, box, palette.ink);
}

/** What the curve above the threads is of. */
export function flowTitle({ inFlight, queued, timeline }: TimelineModel): string {
  const most = formatCount(inFlight.highest);
  if (queued === null || queued.highest === 0) return `concurrent ${workName(timeline)}s, at most ${most}`;
  return `concurrent jobs, at most ${most}; line, on its own scale: dispatched and not started, at most ${formatCount(queued.highest)}`;
}

/** Utilisation of a thread as an area, its event loop's delay as a line, and garbage collections as marks. */
export function drawLoad(drawing: Drawing, track: Track): void {
  const { context, view, palette } = drawing;
  const { utilization, delay, gc } = drawing.model.threads[track.thread]!;
  const box = { y: track.y, height: Math.max(0, track.height - GC_PX - 1) };
  context.fillStyle = palette.faint;
  context.fillRect(0, box.y, view.widthPx, box.height);
  if (utilization !== null) drawArea(drawing, utilization, 1, box, palette.soft);
  if (delay !== null) drawLine(drawing, delay, delayScale(delay), box, palette.bad);
  const y = track.y + track.height - GC_PX;
  context.fillStyle = palette.gc;
  const mark = (x: number, width: number): void => {
    context.fillRect(x, y, width, GC_PX);
  };
  eachVisible(gc, view, {
    box: (_, x, width) => mark(x, width),
    // Paler where there was less of it: drawn in full, short pauses would look like one long one.
    merged: (_from, _until, x, covered) => {
      context.globalAlpha = 0.35 + 0.65 * covered;
      mark(x, 1);
      context.globalAlpha = 1;
    },
  });
}

/** Delay at the full height of the delay line, µs. */
export function delayScale({ highest }: IndexedCurve): number {
  return Math.max(MIN_DELAY_SCALE_US, highest);
}
