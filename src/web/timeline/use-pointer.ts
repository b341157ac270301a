import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { NO_GESTURE, pointerDown, pointerMove, pointerUp, type Surface } from './gesture.ts';
import { hitTest, inOverview, selectionOf } from './hit.ts';
import { timeAt } from './intervals.ts';
import { around, type Range, whole, zoomAt } from './range.ts';
import type { Pointed, Scene } from './scene.ts';
import type { Selection } from './selection.ts';

const DOUBLE_CLICK_ZOOM = 2.5;

/** What the pointer is over, and where on the canvas. */
export interface Hover {
  readonly pointed: Pointed;
  readonly x: number;
  readonly y: number;
}

interface PointerOptions {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** What scrolls the canvas up and down. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly surface: Surface;
  readonly scene: Scene;
  readonly onRange: (range: Range) => void;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onHover: (hover: Hover | null) => void;
}

export function placeOf(
  canvas: RefObject<HTMLCanvasElement | null>,
  event: MouseEvent,
): { readonly x: number; readonly y: number } {
  const box = canvas.current?.getBoundingClientRect();
  return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
}

/** Handlers for the canvas: drag to pan, pinch to zoom, click to select, double click to zoom in. */
export function usePointer({ canvas, frame, surface, scene, onRange, onSelect, onHover }: PointerOptions) {
  const gesture = useRef(NO_GESTURE);
  return {
    onPointerDown(event: PointerEvent): void {
      if (event.button !== 0) return;
      canvas.current?.setPointerCapture(event.pointerId);
      const { x, y } = placeOf(canvas, event);
      gesture.current = pointerDown(gesture.current, { id: event.pointerId, x, y }, inOverview(y), surface);
    },
    onPointerMove(event: PointerEvent): void {
      const { x, y } = placeOf(canvas, event);
      const to = pointerMove(gesture.current, { id: event.pointerId, x, y }, surface);
      gesture.current = to.gesture;
      if (to.range !== null) {
        onRange(to.range);
        if (event.pointerType === 'mouse') frame.current?.scrollBy({ top: to.scrollPx });
        onHover(null);
      } else if (event.pointerType !== 'touch') {
        const pointed = hitTest(scene, x, y);
        onHover(pointed === null ? null : { pointed, x, y });
      }
    },
    onPointerUp(event: PointerEvent): void {
      const { gesture: left, clicked } = pointerUp(gesture.current, event.pointerId, surface);
      gesture.current = left;
      if (!clicked) return;
      const { x, y } = placeOf(canvas, event);
      const pointed = hitTest(scene, x, y);
      if (pointed !== null) onSelect(selectionOf(scene, pointed));
    },
    onPointerCancel(event: PointerEvent): void {
      gesture.current = pointerUp(gesture.current, event.pointerId, surface).gesture;
    },
    onPointerLeave: () => onHover(null),
    onDblClick(event: MouseEvent): void {
      const { x, y } = placeOf(canvas, event);
      const { range, wallUs } = surface;
      const span = inOverview(y) ? null : spanAt(scene, x, y);
      if (inOverview(y)) onRange(whole(wallUs));
      else if (span === null) onRange(zoomAt(range, timeAt(x, scene.view), DOUBLE_CLICK_ZOOM, wallUs));
      else onRange(around(span.startUs, span.endUs, wallUs));
    },
  };
}

/** From when to when the job or call goes that is drawn at a place; null if there is none. */
function spanAt(
  scene: Scene,
  x: number,
  y: number,
): { readonly startUs: number; readonly endUs: number } | null {
  const pointed = hitTest(scene, x, y);
  if (pointed === null) return null;
  const { lanes, calls } = scene.model.threads[pointed.thread] ?? {};
  const row = pointed.kind === 'job' ? lanes?.[pointed.line] : calls?.rows[pointed.line];
  if (row === undefined) return null;
  return { startUs: row.startUs[pointed.index]!, endUs: row.endUs[pointed.index]! };
}
