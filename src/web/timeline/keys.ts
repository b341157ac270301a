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

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  ArrowLeft: { do: 'pan', by: -PAN },
  a: { do: 'pan', by: -PAN },
  ArrowRight: { do: 'pan', by: PAN },
  d: { do: 'pan', by: PAN },
  ArrowUp: { do: 'zoom', factor: ZOOM },
  w: { do: 'zoom', factor: ZOOM },
  '+': { do: 'zoom', factor: ZOOM },
  '=': { do: 'zoom', factor: ZOOM },
  ArrowDown: { do: 'zoom', factor: 1 / ZOOM },
  s: { do: 'zoom', factor: 1 / ZOOM },
  '-': { do: 'zoom', factor: 1 / ZOOM },
  n: { do: 'step', to: 'next' },
  p: { do: 'step', to: 'previous' },
  '0': { do: 'reset' },
  Home: { do: 'start' },
  End: { do: 'end' },
  PageUp: { do: 'scroll', pages: -1 },
  PageDown: { do: 'scroll', pages: 1 },
  Enter: { do: 'choose' },
  ' ': { do: 'choose' },
  Escape: { do: 'clear' },
};
const SHIFTED: Readonly<Record<string, Step>> = {
  ArrowLeft: 'previous',
  ArrowRight: 'next',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** What a key does in the timeline; null leaves it to the browser. */
export function actionOf({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): KeyAction | null {
  const to = shiftKey ? SHIFTED[key] : undefined;
  return to === undefined ? (ACTIONS[key] ?? null) : { do: 'step', to };
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
