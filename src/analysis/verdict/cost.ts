import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import { formatBytes, formatCount, formatMs, listed } from '../../core/format.ts';
import { mainThreadOf } from './main-thread.ts';
import type { Measured } from './measured.ts';

/** Figures closer than this share of the lower one are called equal: they come without an interval. */
const ALIKE = 0.05;

interface Cost {
  of(cost: Costs): number | null;
  /** With what it is the cost of. */
  text(figure: string): string;
  format(value: number): string;
}

type Costs = NonNullable<Verdict['cost']>;

const THREADS: Cost = {
  of: ({ threads }) => threads,
  text: (figure) => (figure === '1' ? '1 thread' : `${figure} threads`),
  format: formatCount,
};
const CPU: Cost = {
  of: ({ cpuMsPerJob }) => cpuMsPerJob,
  text: (figure) => `${figure} of CPU per job`,
  format: formatMs,
};
const MEMORY: Cost = {
  of: ({ peakRssBytes }) => peakRssBytes,
  text: (figure) => `${figure} of memory at the peak`,
  format: formatBytes,
};
const START: Cost = {
  of: ({ startupMs }) => startupMs,
  text: (figure) => `${figure} to start`,
  format: formatMs,
};

export function costOf({ spec }: RunRecord, variant: Measured): Costs {
  const { name, threads, summary, startupMs } = variant;
  const { cpuMs, peakRssBytes } = summary;
  const cpuMsPerJob = cpuMs === null ? null : cpuMs / spec.jobs;
  return { variant: name, threads, cpuMsPerJob, peakRssBytes, startupMs, ...mainThreadOf(variant) };
}

/** CPU, memory and start-up of a variant, beside another's. Null if nothing of it is known. */
export function costText(record: RunRecord, variant: Measured, beside: Measured | null): string | null {
  const [own, theirs] = [costOf(record, variant), beside === null ? null : costOf(record, beside)];
  const parts = [CPU, MEMORY, START].flatMap((cost) => {
    const [value, other] = [cost.of(own), theirs === null ? null : cost.of(theirs)];
    if (value === null) return [];
    return [{ text: cost.text(cost.format(value)), other: other === null ? null : cost.format(other) }];
  });
  if (parts.length === 0) return null;
  const name = beside === null ? '' : `${beside.name}: `;
  const texts = parts.map(({ text, other }, index) =>
    other === null ? text : `${text} (${index === 0 ? name : ''}${other})`,
  );
  return `${listed(texts)}.`;
}

/** Of variants that are equally fast the one to take: fewest threads, then least CPU, then least memory. */
export function cheapestOf(record: RunRecord, variants: readonly Measured[]): Measured {
  const left = [THREADS, CPU, MEMORY].reduce<readonly Measured[]>((candidates, cost) => {
    const values = candidates.map((variant) => cost.of(costOf(record, variant)) ?? Number.POSITIVE_INFINITY);
    const least = Math.min(...values);
    const allowed = cost === THREADS ? least : least * (1 + ALIKE);
    return candidates.filter((_, index) => values[index]! <= allowed);
  }, variants);
  return left[0] ?? variants[0]!;
}

/** In what it is cheaper than all of the others; null if in nothing. */
export function savingText(record: RunRecord, chosen: Measured, others: readonly Measured[]): string | null {
  const parts = [THREADS, CPU, MEMORY, START].flatMap((cost) => {
    const own = cost.of(costOf(record, chosen));
    const theirs = others.map((variant) => cost.of(costOf(record, variant)));
    if (own === null || theirs.some((value) => value === null || own * (1 + ALIKE) > value)) return [];
    const known = theirs as number[];
    const least = cost.format(Math.min(...known));
    const most = cost.format(Math.max(...known));
    return [`${cost.text(cost.format(own))} instead of ${least === most ? least : `${least} to ${most}`}`];
  });
  return parts.length === 0 ? null : listed(parts);
}
