import type { TimelineJobs } from '../../core/documents/timeline.ts';
import { lowerBound, xOf } from './intervals.ts';
import { endOf } from './lanes.ts';
import type { Drawing, Scene } from './scene.ts';
import { laneY } from './tracks.ts';

/** With more jobs in view their messages would be a grey cloud. */
const MAX_MESSAGES = 24;
const ARROW_PX = 5;

/** Messages of the main thread: from a job's handover to its start, and from its end to the arrival of its result. */
export function drawMessages(drawing: Drawing): void {
  const { context, model, highlight, tracks, palette, drawn } = drawing;
  const { jobs } = model.timeline;
  const mainBottom = tracks.list
    .filter(({ thread }) => thread === 0)
    .reduce((bottom, { y, height }) => Math.max(bottom, y + height), 0);
  const { rows, seen } = rowsWithMessages(drawing);
  drawn.withMessages = seen;
  const chosen = highlight.row !== null && hasMessages(jobs, highlight.row) ? [highlight.row] : [];
  const shown = seen <= MAX_MESSAGES ? [...rows, ...chosen] : chosen;
  drawn.messages = seen <= MAX_MESSAGES ? seen : 0;
  for (const row of shown) {
    const strong = row === highlight.row;
    context.strokeStyle = strong ? palette.ink : palette.soft;
    context.fillStyle = context.strokeStyle;
    context.globalAlpha = strong ? 1 : 0.5;
    context.lineWidth = strong ? 1.5 : 1;
    drawJobMessages(drawing, row, mainBottom);
  }
  context.globalAlpha = 1;
}

function hasMessages(jobs: TimelineJobs, row: number): boolean {
  return !Number.isNaN(jobs.queuedUs[row]!) || !Number.isNaN(jobs.returnedUs[row]!);
}

/** Of the jobs that are in view; more than can be drawn are not looked for. */
function rowsWithMessages({ model, view }: Scene): { rows: number[]; seen: number } {
  const { jobs } = model.timeline;
  const rows: number[] = [];
  let seen = 0;
  for (const { thread, lanes } of model.threads) {
    if (thread.thread === 0) continue;
    for (const lane of lanes) {
      const from = lowerBound(lane.endUs, view.fromUs);
      const until = lowerBound(lane.startUs, view.toUs);
      if (seen + until - from > 20 * MAX_MESSAGES) return { rows: [], seen: seen + until - from };
      for (let i = from; i < until; i += 1) {
        if (!hasMessages(jobs, lane.row[i]!)) continue;
        seen += 1;
        rows.push(lane.row[i]!);
      }
    }
  }
  return { rows, seen };
}

function drawJobMessages(
  { context, model, view, tracks, highlight }: Drawing,
  row: number,
  mainBottom: number,
): void {
  const { jobs, wallUs } = model.timeline;
  const thread = model.threads.findIndex((each) => each.thread.thread === jobs.thread[row]);
  const lane = laneY(tracks, thread, jobs.lane[row]!);
  if (lane === null) return;
  const middle = lane.y + lane.height / 2;
  const [queued, returned] = [jobs.queuedUs[row]!, jobs.returnedUs[row]!];
  // What waited for long would be a line through the whole picture: that is there for a chosen job only.
  if (!Number.isNaN(queued) && (row === highlight.row || queued >= view.fromUs)) {
    arrow(context, xOf(queued, view), mainBottom, xOf(jobs.startUs[row]!, view), middle);
  }
  if (!Number.isNaN(returned)) {
    arrow(context, xOf(endOf(jobs, row, wallUs), view), middle, xOf(returned, view), mainBottom);
  }
}

function arrow(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
  const angle = Math.atan2(y2 - y1, x2 - x1);
  context.beginPath();
  context.moveTo(x2, y2);
  for (const turn of [-0.42, 0.42]) {
    context.lineTo(x2 - ARROW_PX * Math.cos(angle + turn), y2 - ARROW_PX * Math.sin(angle + turn));
  }
  context.closePath();
  context.fill();
}
