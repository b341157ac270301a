import type { GateUnit } from '../core/documents/comparison.ts';
import {
  formatBytes,
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatNumber,
} from '../core/format.ts';
import { formatSignedPercent, formatSignedRange } from './comparison/wording.ts';
import { METRICS, type MetricName } from './metrics.ts';

interface Unit {
  /** How a person may write it after a number, and what one of them is in the unit itself. */
  readonly suffixes: Readonly<Record<string, number>>;
  format(value: number | null): string;
  /** Where both ends share their unit. */
  range?(low: number, high: number): string;
  /** In a column whose head names the unit. */
  cell?(value: number | null): string;
}

export const UNITS: Readonly<Record<GateUnit, Unit>> = {
  ms: {
    suffixes: { us: 0.001, µs: 0.001, ms: 1, s: 1_000, min: 60_000 },
    format: formatMs,
    range: formatMsRange,
  },
  '×': { suffixes: { x: 1, '×': 1, '': 1 }, format: formatFactor, range: formatFactorRange },
  'jobs/s': {
    suffixes: { '/s': 1, 'jobs/s': 1, '': 1 },
    format: (value) => `${formatNumber(value)}/s`,
    cell: formatNumber,
  },
  bytes: {
    suffixes: { kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 },
    format: formatBytes,
  },
  '%': {
    suffixes: { '%': 1 },
    format: (value) => formatSignedPercent(value).replace('+', ''),
    range: (low, high) => formatSignedRange(low, high).replaceAll('+', ''),
  },
  jobs: { suffixes: { jobs: 1, '': 1 }, format: formatCount },
};

export function metricCell(name: MetricName, value: number | null): string {
  const { format, cell = format } = UNITS[METRICS[name].unit];
  return cell(value);
}
