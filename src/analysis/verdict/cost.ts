import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatBytes, formatCount, formatMs, formatPlural } from '../../core/format.ts';
import type { Measured } from './measured.ts';
import { listed } from './wording.ts';

/** Figures closer than this share of the lower one are called equal: they come without an interval. */
const ALIKE = 0.05;

interface Cost {
  of(variant: Measured, record: RunRecord): number | null;
  /** With what it is the cost of. */
  text(value: number): string;
  /** The figure alone. */
  figure(value: number): string;
}

const THREADS: Cost = {
  of: ({ threads }) => threads,
  text: (value) => formatPlural(value, 'thread'),
  figure: formatCount,
};
const CPU: Cost = {
  of: ({ summary }, { spec }) => (summary.cpuMs === null ? null : summary.cpuMs / spec.jobs),
  text: (value) => `${formatMs(value)} of CPU for each job`,
  figure: formatMs,
};
const MEMORY: Cost = {
  of: ({ summary }) => summary.peakRssBytes,
  text: (value) => `${formatBytes(value)} at the peak`,
  figure: formatBytes,
};
const START: Cost = {
  of: ({ startupMs }) => startupMs,
  text: (value) => `${formatMs(value)} to start`,
  figure: formatMs,
};

/** CPU, memory and start-up of a variant, beside another's. Null if nothing of it is known. */
export function costText(record: RunRecord, of: Measured, beside: Measured | null): string | null {
  const parts = [CPU, MEMORY, START].flatMap((cost) => {
    const value = cost.of(of, record);
    if (value === null) return [];
    const other = beside === null ? null : cost.of(beside, record);
    return [{ text: cost.text(value), other: other === null ? null : cost.figure(other) }];
  });
  const [first, ...others] = parts;
  if (first === undefined) return null;
  const name = beside === null ? '' : `${beside.name} `;
  return `${listed([
    `${first.text}${first.other === null ? '' : ` (${name}${first.other})`}`,
    ...others.map(({ text, other }) => `${text}${other === null ? '' : ` (${other})`}`),
  ])}.`;
}

/** Of variants that are equally fast the one to take: fewest threads, then least CPU, then least memory. */
export function cheapestOf(record: RunRecord, variants: readonly Measured[]): Measured {
  const left = [THREADS, CPU, MEMORY].reduce<readonly Measured[]>((candidates, cost) => {
    const values = candidates.map((variant) => cost.of(variant, record) ?? Number.POSITIVE_INFINITY);
    const least = Math.min(...values);
    const allowed = cost === THREADS ? least : least * (1 + ALIKE);
    return candidates.filter((_, index) => values[index]! <= allowed);
  }, variants);
  return left[0] ?? variants[0]!;
}

/** In what it is cheaper than all of the others; null if in nothing. */
export function savingText(record: RunRecord, chosen: Measured, others: readonly Measured[]): string | null {
  const parts = [THREADS, CPU, MEMORY, START].flatMap((cost) => {
    const own = cost.of(chosen, record);
    const theirs = others.map((variant) => cost.of(variant, record));
    if (own === null || theirs.some((value) => value === null || own * (1 + ALIKE) > value)) return [];
    const known = theirs as number[];
    const least = cost.figure(Math.min(...known));
    const most = cost.figure(Math.max(...known));
    return [`${cost.text(own)} instead of ${least === most ? least : `${least} to ${most}`}`];
  });
  return parts.length === 0 ? null : listed(parts);
}
