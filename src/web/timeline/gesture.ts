import { clampRange, panBy, pinch, type Range, whole } from './range.ts';

/** A move of at least this is a drag, not a click. */
const DRAG_FROM_PX = 4;
/** Within this distance of an edge of the brush, a drag moves that edge, px. */
const EDGE_PX = 6;

interface Finger {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** What the pointers do between the first that comes down and the last that goes up. */
type Gesture =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pan';
      readonly finger: Finger;
      readonly last: Finger;
      readonly from: Range;
      readonly moved: boolean;
    }
  | {
      readonly kind: 'pinch';
      readonly fingers: readonly [Finger, Finger];
      readonly last: readonly [Finger, Finger];
      readonly from: Range;
    }
  | {
      readonly kind: 'brush';
      readonly finger: Finger;
      readonly from: Range;
      readonly part: 'new' | 'start' | 'end' | 'move';
      readonly moved: boolean;
    };

export interface Surface {
  readonly range: Range;
  readonly widthPx: number;
  readonly wallUs: number;
}

export const NO_GESTURE: Gesture = { kind: 'none' };

export function pointerDown(gesture: Gesture, finger: Finger, overview: boolean, surface: Surface): Gesture {
  const from = surface.range;
  if (gesture.kind === 'pan') {
    const fingers = [gesture.last, finger] as const;
    return { kind: 'pinch', fingers, last: fingers, from };
  }
  if (gesture.kind !== 'none') return gesture;
  if (overview) return { kind: 'brush', finger, from, part: brushPart(finger.x, surface), moved: false };
  return { kind: 'pan', finger, last: finger, from, moved: false };
}

function brushPart(x: number, { range, widthPx, wallUs }: Surface): 'new' | 'start' | 'end' | 'move' {
  const all = whole(wallUs).toUs;
  const [start, end] = [(range.fromUs / all) * widthPx, (range.toUs / all) * widthPx];
  if (end - start >= widthPx - 1) return 'new';
  if (Math.abs(x - start) <= EDGE_PX) return 'start';
  if (Math.abs(x - end) <= EDGE_PX) return 'end';
  return x > start && x < end ? 'move' : 'new';
}

export interface Moved {
  readonly gesture: Gesture;
  /** What is to be in view now; null leaves it as it is. */
  readonly range: Range | null;
  /** By how much the tracks are to be scrolled, px. */
  readonly scrollPx: number;
}

export function pointerMove(gesture: Gesture, finger: Finger, surface: Surface): Moved {
  switch (gesture.kind) {
    case 'none':
      return { gesture, range: null, scrollPx: 0 };
    case 'pan': {
      if (finger.id !== gesture.finger.id) return { gesture, range: null, scrollPx: 0 };
      const far = Math.hypot(finger.x - gesture.finger.x, finger.y - gesture.finger.y);
      if (!gesture.moved && far < DRAG_FROM_PX) return { gesture, range: null, scrollPx: 0 };
      const usPerPx = (gesture.from.toUs - gesture.from.fromUs) / surface.widthPx;
      return {
        gesture: { ...gesture, last: finger, moved: true },
        range: panBy(gesture.from, -(finger.x - gesture.finger.x) * usPerPx, surface.wallUs),
        scrollPx: gesture.last.y - finger.y,
      };
    }
    case 'pinch': {
      const place = gesture.last.findIndex(({ id }) => id === finger.id);
      if (place < 0) return { gesture, range: null, scrollPx: 0 };
      const last = place === 0 ? ([finger, gesture.last[1]] as const) : ([gesture.last[0], finger] as const);
      const xs = (pair: readonly [Finger, Finger]) => [pair[0].x, pair[1].x] as const;
      return {
        gesture: { ...gesture, last },
        range: pinch(gesture.from, xs(gesture.fingers), xs(last), surface.widthPx, surface.wallUs),
        scrollPx: 0,
      };
    }
    case 'brush': {
      const moved = gesture.moved || Math.abs(finger.x - gesture.finger.x) >= DRAG_FROM_PX;
      if (finger.id !== gesture.finger.id || !moved) return { gesture, range: null, scrollPx: 0 };
      return { gesture: { ...gesture, moved }, range: brushed(gesture, finger.x, surface), scrollPx: 0 };
    }
  }
}

function brushed(
  { part, from, finger }: Extract<Gesture, { kind: 'brush' }>,
  x: number,
  { widthPx, wallUs }: Surface,
): Range {
  const all = whole(wallUs).toUs;
  const usAt = (px: number): number => (Math.min(Math.max(0, px), widthPx) / widthPx) * all;
  if (part === 'move') return panBy(from, usAt(x) - usAt(finger.x), wallUs);
  const fixed = part === 'start' ? from.toUs : part === 'end' ? from.fromUs : usAt(finger.x);
  const moving = usAt(x);
  return clampRange({ fromUs: Math.min(fixed, moving), toUs: Math.max(fixed, moving) }, wallUs);
}

/** What remains when a pointer goes up, and whether it was a click: it never moved. */
export function pointerUp(
  gesture: Gesture,
  id: number,
  surface: Surface,
): { readonly gesture: Gesture; readonly clicked: boolean } {
  if (gesture.kind === 'pinch') {
    const left = gesture.last.find((finger) => finger.id !== id);
    if (left === undefined || gesture.last.every((finger) => finger.id !== id)) {
      return { gesture, clicked: false };
    }
    // The remaining finger keeps dragging; it is no longer a click.
    return {
      gesture: { kind: 'pan', finger: left, last: left, from: surface.range, moved: true },
      clicked: false,
    };
  }
  if (gesture.kind === 'none' || gesture.finger.id !== id) return { gesture, clicked: false };
  return { gesture: NO_GESTURE, clicked: gesture.kind === 'pan' && !gesture.moved };
}
