import { intervalAt, timeAt } from './intervals.ts';
import { HEADER_PX, OVERVIEW_PX, type Pointed, type Scene } from './scene.ts';
import type { Selection } from './selection.ts';
import { trackAt } from './tracks.ts';

/** Narrow boxes are hit from so far away, px. */
const SLACK_PX = 3;

/** What is at a place of the canvas; null for nothing that could be chosen. */
export function hitTest(
  { model, tracks, view, scrollTop }: Pick<Scene, 'model' | 'tracks' | 'view' | 'scrollTop'>,
  x: number,
  y: number,
): Pointed | null {
  if (y < HEADER_PX) return null;
  const found = trackAt(tracks, y - HEADER_PX + scrollTop);
  if (found === null) return null;
  const { track, row: line } = found;
  const us = timeAt(x, view);
  const slack = timeAt(SLACK_PX, view) - view.fromUs;
  const thread = model.threads[track.thread];
  const intervals = track.kind === 'lanes' ? thread?.lanes[line] : thread?.calls?.rows[line];
  if (intervals === undefined || (track.kind !== 'lanes' && track.kind !== 'calls')) return null;
  const index = intervalAt(intervals, us, slack);
  if (index < 0) return null;
  return { kind: track.kind === 'lanes' ? 'job' : 'call', thread: track.thread, line, index };
}

export function inOverview(y: number): boolean {
  return y < OVERVIEW_PX;
}

/** The row of the job, or the frame of the function, that a place leads to. */
export function selectionOf({ model }: Pick<Scene, 'model'>, pointed: Pointed): Selection | null {
  const { thread, lanes, calls } = model.threads[pointed.thread] ?? {};
  if (pointed.kind === 'job') {
    const row = lanes?.[pointed.line]?.row[pointed.index];
    return row === undefined ? null : { kind: 'job', row };
  }
  const node = calls?.rows[pointed.line]?.node[pointed.index];
  const frame = node === undefined ? undefined : thread?.cpu?.frame[node];
  return frame === undefined ? null : { kind: 'function', frame };
}
