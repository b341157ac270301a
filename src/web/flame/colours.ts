import type { FrameCategory } from '../../core/documents/flame.ts';
import { FNV_OFFSET, fnv } from './stack-keys.ts';

export type Theme = 'light' | 'dark';

interface Hue {
  /** Degrees, per cent, per cent. */
  readonly light: readonly [number, number, number];
  readonly dark: readonly [number, number, number];
}

/** The user's own code is what a reader can change, so it alone is loud. */
const HUES: Readonly<Record<FrameCategory, Hue>> = {
  user: { light: [22, 92, 60], dark: [22, 84, 56] },
  dependency: { light: [44, 62, 76], dark: [42, 40, 33] },
  threadmill: { light: [262, 32, 82], dark: [262, 18, 44] },
  node: { light: [206, 40, 80], dark: [208, 28, 40] },
  native: { light: [186, 24, 76], dark: [190, 18, 36] },
  gc: { light: [338, 55, 78], dark: [338, 36, 42] },
  program: { light: [220, 8, 84], dark: [220, 6, 34] },
  idle: { light: [220, 10, 93], dark: [220, 8, 22] },
  thread: { light: [220, 14, 89], dark: [220, 10, 27] },
};

export const LEGEND: readonly FrameCategory[] = [
  'user',
  'dependency',
  'threadmill',
  'node',
  'native',
  'gc',
  'program',
  'idle',
];

export interface Fill {
  readonly fill: string;
  readonly ink: string;
}

const DARK_INK = '#14161a';
const LIGHT_INK = '#ffffff';
/** How far a name moves its box's lightness, so that neighbours of one category can be told apart. */
const LIGHTNESS_SPREAD = 7;

/** The same name has the same colour everywhere. */
export function colourOf(category: FrameCategory, name: string, theme: Theme): Fill {
  const [hue, saturation, lightness] = HUES[category][theme];
  const shift = category === 'thread' || category === 'idle' ? 0 : (hash(name) - 0.5) * LIGHTNESS_SPREAD;
  const light = lightness + shift;
  const ink = inkOn(hue, saturation, light);
  return { fill: `hsl(${hue} ${saturation}% ${light.toFixed(1)}%)`, ink };
}

/** Degrees, per cent, per cent. */
export function inkOn(hue: number, saturation: number, lightness: number): string {
  return luminance(hue, saturation, lightness) > 0.19 ? DARK_INK : LIGHT_INK;
}

/** 0 to 1. */
function hash(text: string): number {
  return (fnv(text, FNV_OFFSET) >>> 8) / 2 ** 24;
}

/** Relative luminance as WCAG defines it. */
function luminance(hue: number, saturation: number, lightness: number): number {
  const l = lightness / 100;
  const a = (saturation / 100) * Math.min(l, 1 - l);
  const channel = (n: number): number => {
    const k = (n + hue / 30) % 12;
    const value = l - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
}
