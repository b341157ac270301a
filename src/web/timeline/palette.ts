import type { FlameFrame } from '../../core/documents/flame.ts';
import { PHASE_GROUPS } from '../../output/view/run/phase-groups.ts';
import { colourOf, type Fill, type Theme } from '../flame/colours.ts';

/** Colours and font for a canvas, which style sheets do not reach. */
export interface Palette {
  readonly font: string;
  readonly page: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly faint: string;
  readonly bad: string;
  readonly mark: string;
  readonly variant: string;
  readonly gc: string;
  /** On all phases. */
  readonly barInk: string;
  /** In the order of PHASE_GROUPS, then a job in an unknown phase and a failed one; as `Pixels` has colours. */
  readonly groups: readonly number[];
  readonly unknown: number;
  readonly failed: number;
  /** By index into the timeline's frames. */
  readonly frames: readonly Fill[];
}

export function readPalette(element: HTMLElement, theme: Theme, frames: readonly FlameFrame[]): Palette {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  const phases = PHASE_GROUPS.map((group) => value(`--phase-${group}`));
  const [unknown = 0, failed = 0, ...groups] = pixelsOf([
    value('--phase-unknown'),
    value('--bad'),
    ...phases,
  ]);
  return {
    font: style.fontFamily,
    page: value('--page'),
    ink: value('--ink'),
    soft: value('--soft'),
    line: value('--line'),
    faint: value('--faint'),
    bad: value('--bad'),
    mark: value('--link'),
    variant: value('--v'),
    gc: value('--part-gc'),
    barInk: value('--part-ink'),
    ...{ groups, unknown, failed },
    frames: frames.map(({ category, name }) => colourOf(category, name, theme)),
  };
}

/** Only a canvas knows what a colour of a style sheet is in red, green and blue. */
function pixelsOf(colours: readonly string[]): Uint32Array {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: colours.length, height: 1 });
  const context = canvas.getContext('2d')!;
  colours.forEach((colour, x) => {
    context.fillStyle = colour;
    context.fillRect(x, 0, 1, 1);
  });
  return new Uint32Array(context.getImageData(0, 0, colours.length, 1).data.buffer);
}
