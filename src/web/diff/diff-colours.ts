import type { Theme } from '../flame/colours.ts';
import { type Fill, inkOn } from '../flame/colours.ts';

/**
 * Less is green, more is purple, as in ColorBrewer's PRGn: people with any colour vision tell them apart. Orange is
 * the user's own code elsewhere. No evidence of a difference is grey.
 */
const SIDES = {
  less: { hue: 145, light: [86, 38] },
  more: { hue: 285, light: [90, 52] },
} as const;
const DARK_SIDES = { less: [26, 46], more: [30, 62] } as const;
const STEPS = 4;

/** @param relative from −1, gone, to 1, new. */
export function changeColour(relative: number, isNoise: boolean, theme: Theme): Fill {
  if (isNoise || relative === 0) return shade(220, theme === 'dark' ? 5 : 8, theme === 'dark' ? 29 : 87);
  const side = relative < 0 ? 'less' : 'more';
  // Steps, not a gradient: what the legend shows can be found again in the graph.
  const step = Math.min(STEPS, Math.ceil(Math.abs(relative) * STEPS)) / STEPS;
  const [from, to] = theme === 'dark' ? DARK_SIDES[side] : SIDES[side].light;
  const saturation = theme === 'dark' ? 22 + 26 * step : 30 + 28 * step;
  return shade(SIDES[side].hue, saturation, from + (to - from) * step);
}

function shade(hue: number, saturation: number, lightness: number): Fill {
  return {
    fill: `hsl(${hue} ${saturation.toFixed(1)}% ${lightness.toFixed(1)}%)`,
    ink: inkOn(hue, saturation, lightness),
  };
}
