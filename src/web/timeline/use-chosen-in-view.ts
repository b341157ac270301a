import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { endOf } from './lanes.ts';
import { type Range, reveal } from './range.ts';
import { HEADER_PX, type Scene } from './scene.ts';
import { laneY } from './tracks.ts';

/** Between a job that was scrolled to and the edge. */
const MARGIN_PX = 20;

/** A chosen job comes into view, wherever it was chosen. */
export function useChosenInView(
  frame: RefObject<HTMLElement | null>,
  { model, tracks, heightPx, highlight: { row } }: Scene,
  range: Range,
  onRange: (range: Range) => void,
): void {
  useEffect(() => {
    const element = frame.current;
    if (row === null || element === null) return;
    const { jobs, wallUs } = model.timeline;
    const thread = model.threads.findIndex((each) => each.thread.thread === jobs.thread[row]);
    const place = laneY(tracks, thread, jobs.lane[row]!);
    if (place === null) return;
    const room = heightPx - HEADER_PX;
    if (place.y < element.scrollTop) element.scrollTo({ top: Math.max(0, place.y - MARGIN_PX) });
    else if (place.y + place.height > element.scrollTop + room) {
      element.scrollTo({ top: place.y + place.height + MARGIN_PX - room });
    }
    const next = reveal(range, jobs.startUs[row]!, endOf(jobs, row, wallUs), wallUs);
    if (next !== range) onRange(next);
  }, [row]);
}
