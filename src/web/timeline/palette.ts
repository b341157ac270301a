import type { FlameFrame } from '../../core/documents/flame.ts';
import { PHASE_GROUPS } from '../../output/pages/run/view/phase-groups.ts';
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
  /** In the order of PHASE_GROUPS, and on all of them. */
  readonly groups: readonly string[];
  readonly barInk: string;
  /** A job in an unknown phase. */
  readonly unknown: string;
  /** By index into the timeline's frames. */
  readonly frames: readonly Fill[];
}

export function readPalette(element: HTMLElement, theme: Theme, frames: readonly FlameFrame[]): Palette {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(name).trim();
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
    groups: PHASE_GROUPS.map((group) => value(`--phase-${group}`)),
    barInk: value('--part-ink'),
    unknown: value('--phase-unknown'),
    frames: frames.map(({ category, name }) => colourOf(category, name, theme)),
  };
}
