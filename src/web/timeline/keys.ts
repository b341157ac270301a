import { panBy, type Range, whole, zoomAt } from './range.ts';
import type { Step } from './steps.ts';

export type Move =
  | { readonly do: 'pan'; readonly by: number }
  | { readonly do: 'zoom'; readonly factor: number }
  | { readonly do: 'reset' | 'start' | 'end' };

export type KeyAction =
  | Move
  | { readonly do: 'choose' }
  | { readonly do: 'clear' }
  | { readonly do: 'scroll'; readonly pages: number }
  | { readonly do: 'step'; readonly to: Step };

/** Share of what is in view, and factor, of one press. */
const PAN = 0.15;
const ZOOM = 1.5;

/** What a key does in the timeline; null leaves it to the browser. */
export function actionOf({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): KeyAction | null {
  if (shiftKey) {
    switch (key) {
      case 'ArrowLeft':
        return { do: 'step', to: 'previous' };
      case 'ArrowRight':
        return { do: 'step', to: 'next' };
      case 'ArrowUp':
        return { do: 'step', to: 'up' };
      case 'ArrowDown':
        return { do: 'step', to: 'down' };
    }
  }
  switch (key) {
    case 'ArrowLeft':
    case 'a':
      return { do: 'pan', by: -PAN };
    case 'ArrowRight':
    case 'd':
      return { do: 'pan', by: PAN };
    case 'ArrowUp':
    case 'w':
    case '+':
    case '=':
      return { do: 'zoom', factor: ZOOM };
    case 'ArrowDown':
    case 's':
    case '-':
      return { do: 'zoom', factor: 1 / ZOOM };
    case 'n':
      return { do: 'step', to: 'next' };
    case 'p':
      return { do: 'step', to: 'previous' };
    case '0':
      return { do: 'reset' };
    case 'Home':
      return { do: 'start' };
    case 'End':
      return { do: 'end' };
    case 'PageUp':
      return { do: 'scroll', pages: -1 };
    case 'PageDown':
      return { do: 'scroll', pages: 1 };
    case 'Enter':
    case ' ':
      return { do: 'choose' };
    case 'Escape':
      return { do: 'clear' };
    default:
      return null;
  }
}

export function moved(range: Range, move: Move, wallUs: number): Range {
  switch (move.do) {
    case 'pan':
      return panBy(range, move.by * (range.toUs - range.fromUs), wallUs);
    case 'zoom':
      return zoomAt(range, (range.fromUs + range.toUs) / 2, move.factor, wallUs);
    case 'reset':
      return whole(wallUs);
    case 'start':
      return panBy(range, -wallUs, wallUs);
    case 'end':
      return panBy(range, wallUs, wallUs);
  }
}
