import { formatUs, niceStep } from '../../core/format.ts';
import type { View } from './intervals.ts';

export interface Tick {
  readonly us: number;
  readonly label: string;
}

const PX_PER_TICK = 110;

/** Round times in view. Labels have as many digits as tell neighbours apart, in the unit of the whole view. */
export function ticksOf({ fromUs, toUs, widthPx }: View): Tick[] {
  const span = toUs - fromUs;
  if (!(span > 0) || widthPx <= 0) return [];
  const step = niceStep(span / Math.max(2, Math.floor(widthPx / PX_PER_TICK)));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(fromUs / step); i * step <= toUs; i += 1) {
    ticks.push({ us: i * step, label: tickLabel(i * step, step, toUs) });
  }
  return ticks;
}

function tickLabel(us: number, stepUs: number, greatestUs: number): string {
  if (us === 0) return '0';
  const [unit, perUnit] = greatestUs >= 10_000_000 ? ['s', 1e6] : ['ms', 1e3];
  const decimals = Math.max(0, -Math.floor(Math.log10(stepUs / perUnit) + 1e-9));
  const digits = (us / perUnit).toFixed(Math.min(7, decimals));
  return `${digits.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')} ${unit}`;
}

/** `12.3–45.6 ms of 120 ms`, in words that fit both ends. */
export function rangeText(fromUs: number, toUs: number, wallUs: number): string {
  if (fromUs <= 0 && toUs >= wallUs) return `all ${formatUs(wallUs)}`;
  return `${formatUs(fromUs)} to ${formatUs(toUs)} of ${formatUs(wallUs)}`;
}
