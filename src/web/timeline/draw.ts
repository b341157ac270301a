import { formatShare, formatUs } from '../../core/format.ts';
import { fit, measure } from '../fit-text.ts';
import { ticksOf } from './axis.ts';
import { workName } from './describe.ts';
import { drawCalls } from './draw-calls.ts';
import { delayScale, drawFlow, drawLoad, flowTitle } from './draw-curves.ts';
import { drawHeader } from './draw-header.ts';
import { barOf, drawLanes } from './draw-jobs.ts';
import { drawMessages } from './draw-messages.ts';
import { xOf } from './intervals.ts';
import type { Palette } from './palette.ts';
import { type Drawing, type Drawn, HEADER_PX, type Pointed, type Scene } from './scene.ts';
import { hasJobs, laneY, type Track } from './tracks.ts';

/** Above the curve of jobs in flight. */
const TITLE_PX = 17;

/** Draws what is in view. The cost is bounded by pixels, not by how many jobs and samples there are. */
export function draw(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  pixelRatio: number,
): Drawn {
  const { view, tracks, heightPx, scrollTop } = scene;
  const drawn: Drawn = { mergedJobs: 0, mergedCalls: 0, messages: 0, withMessages: 0 };
  const drawing: Drawing = { ...scene, context, palette, pixelRatio, drawn };
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, view.widthPx, heightPx);
  context.textBaseline = 'middle';
  context.globalAlpha = 1;
  const shiftY = HEADER_PX - scrollTop;
  context.translate(0, shiftY);
  const [top, bottom] = [scrollTop, scrollTop + heightPx - HEADER_PX];
  const inView = tracks.list.filter(({ y, height }) => y < bottom && y + height > top);
  // Only rows that can be seen: a pool may have thousands of lanes.
  const rowsOf = ({ y, rowPx, rows }: Track): [from: number, to: number] => [
    Math.max(0, Math.floor((top - y) / rowPx)),
    Math.min(rows, Math.ceil((bottom - y) / rowPx)),
  ];
  for (const track of inView) {
    if (track.kind === 'lanes') drawLanes(drawing, track, ...rowsOf(track));
  }
  // Lanes cover what is below them.
  context.globalCompositeOperation = 'destination-over';
  drawGrid(drawing, top, bottom);
  context.globalCompositeOperation = 'source-over';
  for (const track of inView) drawTrack(drawing, track, ...rowsOf(track));
  drawSpans(drawing);
  drawMessages(drawing);
  drawOutlines(drawing);
  context.translate(0, -shiftY);
  drawHeader(drawing);
  return drawn;
}

function drawTrack(drawing: Drawing, track: Track, from: number, to: number): void {
  const { context, model, view, palette } = drawing;
  switch (track.kind) {
    case 'flow':
      drawFlow(drawing, { y: track.y + TITLE_PX, height: track.height - TITLE_PX });
      context.font = `11px ${palette.font}`;
      context.fillStyle = palette.soft;
      context.fillText(fit(context, flowTitle(model), view.widthPx), 0, track.y + TITLE_PX / 2);
      break;
    case 'label':
      drawLabel(drawing, track);
      break;
    case 'load':
      drawLoad(drawing, track);
      break;
    case 'calls':
      drawCalls(drawing, track, from, to);
  }
}

function drawGrid({ context, view, model, palette }: Drawing, top: number, bottom: number): void {
  context.fillStyle = palette.line;
  for (const { us } of ticksOf(view)) context.fillRect(Math.round(xOf(us, view)), top, 1, bottom - top);
  const end = xOf(model.timeline.wallUs, view);
  if (end <= view.widthPx) context.fillRect(end - 1, top, 1, bottom - top);
}

function drawLabel({ context, model, view, palette }: Drawing, track: Track): void {
  const { thread, lanes, busy, delay } = model.threads[track.thread]!;
  const y = track.y + track.height - 9;
  context.font = `600 12px ${palette.font}`;
  context.fillStyle = palette.ink;
  context.fillText(thread.label, 0, y);
  const used = measure(context, thread.label) + 10;
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.soft;
  const parts = [
    busy === null ? null : `busy ${formatShare(busy)} (area, up to 100%)`,
    delay === null ? null : `event-loop lag (line, up to ${formatUs(delayScale(delay))})`,
    jobsText(lanes.length, hasJobs(model.threads), workName(model.timeline)),
  ];
  const text = parts.filter((part) => part !== null).join(' · ');
  context.fillText(fit(context, text, view.widthPx - used), used, y);
}

function jobsText(lanes: number, anyJobs: boolean, name: string): string | null {
  if (lanes === 0) return anyJobs ? `no ${name}s` : null;
  return `${lanes} ${lanes === 1 ? 'lane' : 'lanes'} of ${name}s`;
}

/** When the chosen job was being processed, over the calls of the thread that processed it. */
function drawSpans({ context, highlight, model, tracks, view, palette }: Drawing): void {
  if (highlight.row === null) return;
  const number = model.timeline.jobs.processedBy[highlight.row];
  const track = tracks.list.find(
    ({ kind, thread }) => kind === 'calls' && model.threads[thread]?.thread.thread === number,
  );
  if (track === undefined) return;
  for (const { fromUs, toUs } of highlight.spans) {
    const [from, to] = [xOf(fromUs, view), xOf(toUs, view)];
    if (to < 0 || from > view.widthPx) continue;
    const width = Math.max(2, to - from);
    context.fillStyle = palette.mark;
    context.globalAlpha = 0.16;
    context.fillRect(from, track.y - 2, width, track.height + 4);
    context.globalAlpha = 1;
    context.fillRect(from, track.y - 4, width, 2);
    context.fillRect(from, track.y + track.height + 1, width, 2);
  }
}

function drawOutlines(drawing: Drawing): void {
  const { context, highlight, pointed, palette } = drawing;
  context.strokeStyle = palette.ink;
  if (pointed !== null) {
    context.lineWidth = 1.25;
    outlinePointed(drawing, pointed);
  }
  if (highlight.row !== null) {
    context.lineWidth = 2;
    outlineJob(drawing, highlight.row);
  }
}

function outlinePointed(drawing: Drawing, pointed: Pointed): void {
  const { model, tracks, view } = drawing;
  const thread = model.threads[pointed.thread];
  if (pointed.kind === 'job') {
    const row = thread?.lanes[pointed.line]?.row[pointed.index];
    if (row !== undefined) outlineJob(drawing, row);
    return;
  }
  const track = tracks.list.find(({ kind, thread: of }) => kind === 'calls' && of === pointed.thread);
  const calls = thread?.calls?.rows[pointed.line];
  if (track === undefined || calls === undefined) return;
  const x = xOf(calls.startUs[pointed.index]!, view);
  outline(drawing, x, xOf(calls.endUs[pointed.index]!, view) - x, {
    y: track.y + pointed.line * track.rowPx,
    height: track.rowPx - 1,
  });
}

function outlineJob(drawing: Drawing, row: number): void {
  const { model, tracks } = drawing;
  const { jobs } = model.timeline;
  const thread = model.threads.findIndex((each) => each.thread.thread === jobs.thread[row]);
  const place = laneY(tracks, thread, jobs.lane[row]!);
  if (place === null) return;
  const { x, width } = barOf(drawing, row);
  outline(drawing, x, width, { y: place.y, height: Math.max(3, place.height - 2) });
}

/** Around a box, as far as it is in view; what is narrower than the line is shown nonetheless. */
function outline(
  { context, view: { widthPx } }: Drawing,
  x: number,
  width: number,
  { y, height }: { readonly y: number; readonly height: number },
): void {
  const left = Math.max(-4, x);
  const right = Math.min(widthPx + 4, x + Math.max(3, width));
  if (right > left) context.strokeRect(left, y, right - left, height);
}
