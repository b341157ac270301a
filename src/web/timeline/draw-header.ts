import { measure } from '../fit-text.ts';
import { ticksOf } from './axis.ts';
import { drawHeat } from './draw-curves.ts';
import { xOf } from './intervals.ts';
import { isWhole, whole } from './range.ts';
import { AXIS_PX, type Drawing, HEADER_PX, OVERVIEW_PX } from './scene.ts';

const HANDLE_PX = 3;

/** All of the time with the part in view marked, and the axis of that part. It covers what scrolls below it. */
export function drawHeader(drawing: Drawing): void {
  const { context, view, model, palette } = drawing;
  context.fillStyle = palette.page;
  context.fillRect(0, 0, view.widthPx, HEADER_PX);
  drawOverview(drawing);
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.soft;
  const middle = OVERVIEW_PX + AXIS_PX / 2 + 1;
  for (const { us, label } of ticksOf(view)) {
    const width = measure(context, label);
    const x = Math.min(Math.max(0, xOf(us, view) - width / 2), view.widthPx - width);
    if (us <= model.timeline.wallUs) context.fillText(label, x, middle);
  }
  context.fillStyle = palette.line;
  context.fillRect(0, HEADER_PX - 1, view.widthPx, 1);
}

function drawOverview({ context, model, view, palette }: Drawing): void {
  const { wallUs } = model.timeline;
  const all = { ...whole(wallUs), widthPx: view.widthPx };
  const box = { y: 0, height: OVERVIEW_PX };
  context.fillStyle = palette.faint;
  context.fillRect(0, box.y, view.widthPx, box.height);
  drawHeat(context, model.inFlight, all, box, palette.variant);
  if (isWhole(view, wallUs)) return;
  const [from, to] = [xOf(view.fromUs, all), xOf(view.toUs, all)];
  context.fillStyle = palette.page;
  context.globalAlpha = 0.72;
  context.fillRect(0, box.y, from, box.height);
  context.fillRect(to, box.y, view.widthPx - to, box.height);
  context.globalAlpha = 1;
  context.fillStyle = palette.mark;
  context.fillRect(from - HANDLE_PX / 2, box.y, HANDLE_PX, box.height);
  context.fillRect(Math.max(to, from + 1) - HANDLE_PX / 2, box.y, HANDLE_PX, box.height);
}
