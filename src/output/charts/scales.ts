import { ticksUntil } from '../view/wall-chart.ts';

/** Of a share, as a length in a drawing. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(3)}%`;
}

/** Where values stand along an axis, 0 at its beginning and 1 at its end. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
  readonly logarithmic: boolean;
}

/** Room beyond the outermost values, as a share of the axis. */
const MARGIN = 0.04;
/** Values that grow by more than this are told apart by their logarithms. */
const LOGARITHMIC_FROM = 3;
const MAX_TICKS = 5;
/** More labels than these would run into each other on a small screen. */
const MAX_LABELS = 9;

/** Axis of measured values, logarithmic above a factor of 3; 0 is as far before the least as half of the least. */
export function measuredScale(values: readonly number[], until = values.at(-1)!): Scale {
  const positive = values.filter((value) => value > 0);
  const least = positive[0] ?? 1;
  const logarithmic = positive.length > 1 && until / least > LOGARITHMIC_FROM;
  const place = (value: number): number => {
    if (!logarithmic) return value;
    return value > 0 ? Math.log(value) : Math.log(least / 2);
  };
  const first = place(values[0]!);
  const span = place(until) - first;
  const step = Math.ceil(values.length / MAX_LABELS);
  return {
    at: (value) => (span === 0 ? 0.5 : MARGIN + ((place(value) - first) / span) * (1 - 2 * MARGIN)),
    ticks: values.filter((_, index) => (values.length - 1 - index) % step === 0),
    logarithmic,
  };
}

export function linearScale(greatest: number): Scale {
  if (!(greatest > 0)) return { at: () => 0, ticks: [0], logarithmic: false };
  const end = greatest * 1.06;
  return {
    at: (value) => value / end,
    ticks: ticksUntil(end, greatest / MAX_TICKS),
    logarithmic: false,
  };
}

/** By factors, from a little below the least to a little above the greatest; both positive. */
export function logarithmicScale(least: number, greatest: number): Scale {
  const low = Math.log(least) - 0.05 * Math.max(0.2, Math.log(greatest / least));
  const high = Math.log(greatest) + 0.05 * Math.max(0.2, Math.log(greatest / least));
  const at = (value: number) => (Math.log(value) - low) / (high - low);
  const inside = (steps: readonly number[]): number[] => {
    const decades = Array.from(
      { length: 2 + Math.floor(Math.log10(greatest)) - Math.floor(Math.log10(least)) },
      (_, index) => 10 ** (Math.floor(Math.log10(least)) + index),
    );
    return decades
      .flatMap((decade) => steps.map((step) => Number((step * decade).toPrecision(3))))
      .filter((value) => at(value) >= 0 && at(value) <= 1);
  };
  const choices = [
    [1],
    [1, 3],
    [1, 2, 5],
    [1, 1.5, 2, 3, 5, 7],
    [1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
  ];
  const ticks = inside(choices.find((steps) => inside(steps).length >= 3) ?? choices.at(-1)!);
  return { at, ticks, logarithmic: true };
}

/** Linear from zero, or by factors where the least would be lost near it. */
export function valueScale(values: readonly number[]): Scale {
  const greatest = Math.max(...values);
  const least = Math.min(...values);
  return least > 0 && greatest / least > 12 ? logarithmicScale(least, greatest) : linearScale(greatest);
}
