import { formatMs } from '../../core/format.ts';
import type { WallChart } from '../view/run/charts.ts';
import type { Style } from './style.ts';

export const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const MIN_NAME_WIDTH = 21;
const VALUE_WIDTH = 11;

export function barLines({ bars }: WallChart, width: number, style: Style): string[] {
  const longest = Math.max(0, ...bars.map(({ medianMs }) => medianMs?.estimate ?? 0));
  if (longest === 0) return [];
  const nameWidth = Math.max(MIN_NAME_WIDTH, ...bars.map(({ variant }) => variant.length + 2));
  const room = Math.max(10, width - nameWidth - VALUE_WIDTH);
  return bars.map(({ variant, medianMs }) => {
    const bar = medianMs === null ? '' : blocks((medianMs.estimate / longest) * room);
    const value = formatMs(medianMs?.estimate);
    return `${variant.padEnd(nameWidth)}${bar}${bar === '' ? '' : ' '}${style.bold(value)}`;
  });
}

/** At least a sliver: a bar that is not there would say that nothing ran. */
export function blocks(cells: number): string {
  const eighths = Math.max(1, Math.round(cells * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
