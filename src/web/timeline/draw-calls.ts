import { fit } from '../fit-text.ts';
import type { CallRow } from './calls.ts';
import { ColumnRuns } from './column-runs.ts';
import { eachVisible } from './intervals.ts';
import type { Drawing, Scene } from './scene.ts';
import type { Track } from './tracks.ts';

const NAME_FROM_PX = 24;
const DIM_ALPHA = 0.25;
/** Of paleness: nobody sees more, and neighbours that are alike are one rectangle. */
const LEVELS = 12;

/** The CPU flame chart of a thread, callers above the called. */
export function drawCalls(drawing: Drawing, track: Track, rowsFrom: number, rowsTo: number): void {
  const { context, model, view, palette, drawn } = drawing;
  const { thread, calls } = model.threads[track.thread]!;
  const frameOf = (row: CallRow, index: number): number => thread.cpu!.frame[row.node[index]!]!;
  const height = track.rowPx - 1;
  context.font = `11px ${palette.font}`;
  for (let line = rowsFrom; line < rowsTo; line += 1) {
    const row = calls!.rows[line]!;
    const y = track.y + line * track.rowPx;
    const runs = new ColumnRuns((frame, level, x, width) => {
      context.globalAlpha = level / LEVELS;
      context.fillStyle = palette.frames[frame]!.fill;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
    });
    eachVisible(row, view, {
      box: (index, x, width) => {
        const frame = frameOf(row, index);
        const { fill, ink } = palette.frames[frame]!;
        const strong = isStrong(drawing, frame);
        context.globalAlpha = strong ? 1 : DIM_ALPHA;
        context.fillStyle = fill;
        const drawnWidth = width >= 3 ? width - 0.8 : width;
        context.fillRect(x, y, drawnWidth, height);
        if (width >= NAME_FROM_PX) {
          const label = fit(context, model.timeline.frames[frame]!.name, drawnWidth - 8);
          context.fillStyle = strong ? ink : palette.ink;
          context.globalAlpha = strong ? 1 : 0.7;
          if (label !== '') context.fillText(label, x + 4, y + height / 2 + 0.5);
        }
        context.globalAlpha = 1;
      },
      merged: (from, until, x, covered) => {
        drawn.mergedCalls += until - from;
        // One of them lends its colour: over many columns each shows about as often as it ran.
        const frame = frameOf(row, (from + until) >> 1);
        const alpha = (0.25 + 0.75 * covered) * (isStrong(drawing, frame) ? 1 : DIM_ALPHA);
        runs.add(frame, Math.max(1, Math.round(alpha * LEVELS)), x);
      },
    });
    runs.end();
  }
}

function isStrong({ highlight }: Scene, frame: number): boolean {
  return highlight.frames === null || highlight.frames[frame] === 1;
}
