import type { Interval } from '../../../core/documents/estimate.ts';
import type { BreakEvenRow, Side } from '../../../core/documents/sweep-analysis.ts';
import type { SweepAxisName } from '../../../core/documents/sweep-axes.ts';
import type { SweepAxis } from '../../../core/documents/sweep-record.ts';
import { formatCount, formatPlural } from '../../../core/format.ts';

interface Words {
  /** At the side of a chart or a column. */
  readonly title: string;
  /** The thing itself: `depending on the jobs in flight`. */
  readonly whole: string;
  readonly unit: string;
  /** After a value and its unit, in a sentence. */
  readonly of: string;
  at(value: number): string;
}

const AXES: Readonly<Record<SweepAxisName, Words>> = {
  concurrency: {
    title: 'concurrency',
    whole: 'the concurrency',
    unit: '',
    of: ' concurrent jobs',
    at: (value) => `concurrency ${formatCount(value)}`,
  },
  workers: {
    title: 'threads',
    whole: 'the threads',
    unit: '',
    of: ' threads',
    at: (value) => formatPlural(value, 'thread'),
  },
  'queue-workers': {
    title: 'workers of the queue',
    whole: 'the workers of the queue',
    unit: '',
    of: ' workers',
    at: (value) => formatPlural(value, 'worker'),
  },
  cpu: {
    title: 'CPU',
    whole: 'the CPU work',
    unit: ' ms',
    of: ' of CPU per response',
    at: (value) => (value === 0 ? 'no CPU' : `${exact(value)} ms of CPU`),
  },
  payload: {
    title: 'payload',
    whole: 'the payload',
    unit: '',
    of: ' of payload',
    at: (value) => `${exactBytes(value)} of payload`,
  },
  'uv-threads': {
    title: 'libuv threads',
    whole: 'libuv’s threads',
    unit: '',
    of: ' libuv threads',
    at: (value) => formatPlural(value, 'libuv thread'),
  },
  latency: {
    title: 'latency',
    whole: 'the latency',
    unit: ' ms',
    of: ' of latency',
    at: (value) => `${exact(value)} ms of latency`,
  },
};

/** A value that somebody typed: all of its digits, and none that was not there. */
function exact(value: number): string {
  return value >= 1_000 && Number.isInteger(value)
    ? formatCount(value)
    : String(Number(value.toPrecision(9)));
}

/** `1 kB`, `1.5 MB`. */
function exactBytes(bytes: number): string {
  const [factor, unit] = bytes >= 1e6 ? [1e6, 'MB'] : bytes >= 1e3 ? [1e3, 'kB'] : [1, 'B'];
  return `${exact(bytes / factor)} ${unit}`;
}

export function axisTitle(name: SweepAxisName): string {
  return AXES[name].title;
}

export function axisWhole(name: SweepAxisName): string {
  return AXES[name].whole;
}

/** `16`, `5 ms`. */
export function axisValue(name: SweepAxisName, value: number): string {
  return name === 'payload' ? exactBytes(value) : `${exact(value)}${AXES[name].unit}`;
}

/** `concurrency 16`, `5 ms of CPU`. */
export function axisPlace(name: SweepAxisName, value: number): string {
  return AXES[name].at(value);
}

/** `concurrency 4 to 64`, `1 to 5 ms of CPU`. */
export function axisSpan(name: SweepAxisName, low: number, high: number): string {
  if (name === 'concurrency') return `${axisPlace(name, low)} to ${exact(high)}`;
  return `${lowEnd(name, low)} to ${axisPlace(name, high)}`;
}

/** The lower end of a range; without a unit if it is that of the upper end. */
function lowEnd(name: SweepAxisName, value: number): string {
  return name === 'payload' ? exactBytes(value) : exact(value);
}

/** `5 ms of CPU, concurrency 16`. */
export function pointPlace(axes: readonly SweepAxis[], at: readonly number[]): string {
  return axes.map(({ name }, index) => axisPlace(name, at[index]!)).join(', ');
}

/** `concurrency 1–64`. */
export function axisRange({ name, values }: SweepAxis): string {
  return `${name} ${lowEnd(name, values[0]!)}–${axisValue(name, values.at(-1)!)}`;
}

/** `between 5 and 10 ms of CPU per response`. */
export function betweenPlaces(name: SweepAxisName, low: number, high: number): string {
  return `between ${lowEnd(name, low)} and ${axisValue(name, high)}${AXES[name].of}`;
}

/** `about 6.3 ms`, or `about 4.1 to 6.3 ms`; two digits, for it is an interpolation. */
export function aboutPlaces(name: SweepAxisName, values: readonly number[]): string {
  const rough = (value: number) => Number(value.toPrecision(2));
  const low = rough(Math.min(...values));
  const high = axisValue(name, rough(Math.max(...values)));
  return `about ${axisValue(name, low) === high ? high : `${lowEnd(name, low)} to ${high}`}`;
}

/** What a side is called within a sentence, and whether it takes the plural. */
export function sideName({ name, variants }: Side): { readonly text: string; readonly plural: boolean } {
  if (variants.length === 1) return { text: variants[0]!, plural: false };
  return name === 'threads' ? { text: 'threads', plural: true } : { text: 'the main thread', plural: false };
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * σ or κ with its interval: `0.012 (0.0081–0.02)`; where all of it is below a thousandth with one power of ten
 * for the three, `6.0 (5.9–6.2) ×10⁻⁴`.
 */
export function coefficientWithInterval({ estimate, low, high }: Interval): string {
  if (high >= 1e-3 || high === 0) {
    const [value, from, to] = [estimate, low, high].map((each) => (each === 0 ? '0' : each.toPrecision(2)));
    return `${value} (${from}–${to})`;
  }
  const exponent = -Math.floor(Math.log10(estimate === 0 ? high : estimate));
  const [value, from, to] = [estimate, low, high].map((each) =>
    each === 0 ? '0' : (each * 10 ** exponent).toFixed(1),
  );
  const power = [...String(exponent)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${value} (${from}–${to}) ×10⁻${power}`;
}

/** Half the width of an interval as a share of its estimate: `±1.2%`; nothing for a single value. */
export function formatHalfWidth(interval: Interval): string {
  if (interval.high === interval.low) return '';
  const percent = (50 * (interval.high - interval.low)) / interval.estimate;
  return `±${percent < 0.1 ? '0.1' : percent.toPrecision(percent < 10 ? 2 : 3)}%`;
}

/** CPU per job above which offload wins in the model: `above 1.2–1.9 ms of CPU`; two digits, as a prediction. */
export function rangeText({ fromMs, lowMs, highMs }: BreakEvenRow): string {
  const rough = (value: number) => exact(Number(value.toPrecision(2)));
  if (lowMs === null) return 'nowhere';
  if (highMs === null) return `above ${rough(lowMs)} ms of CPU at the earliest`;
  if (highMs <= fromMs) return fromMs === 0 ? 'everywhere' : `from ${exact(fromMs)} ms of CPU or less`;
  if (lowMs <= fromMs) return `above at most ${rough(highMs)} ms of CPU`;
  return `above ${rough(lowMs)}–${rough(highMs)} ms of CPU`;
}
