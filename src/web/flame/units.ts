import type { PageFlame } from '../../core/documents/flame.ts';
import { formatBytes, formatMicros, formatShare, formatUs } from '../../core/format.ts';
import { perJob } from '../../profile/top-functions.ts';

/** What the columns of a flame hold amounts of. */
export interface Quantity {
  /** `time`, `bytes`: of an amount. */
  readonly noun: string;
  /** What all of a flame is, after an amount. */
  readonly whole: string;
  /** An amount of all jobs together. */
  format(amount: number): string;
  /** Of one job: smaller. */
  formatEach(amount: number): string;
}

const TIME: Quantity = {
  noun: 'time',
  whole: ' of running code',
  format: formatUs,
  formatEach: formatMicros,
};
const BYTES: Quantity = { noun: 'bytes', whole: ' allocated', format: formatBytes, formatEach: formatBytes };

export function quantityOf({ measures }: Pick<PageFlame, 'measures'>): Quantity {
  return measures === 'bytes' ? BYTES : TIME;
}

export const UNITS = ['share', 'sum', 'job'] as const;
export type Unit = (typeof UNITS)[number];

export interface Measure {
  readonly quantity: Quantity;
  /** Null where it is not known how many jobs the amounts are of. */
  readonly jobs: number | null;
  /** In the chosen unit, which stands elsewhere. */
  format(amount: number): string;
}

/** @param all what shares are of. */
export function measureOf(unit: Unit, all: number, jobs: number | null, quantity: Quantity): Measure {
  const format = (amount: number): string => {
    if (unit === 'share') return formatShare(all > 0 ? amount / all : null);
    if (unit === 'job' && jobs !== null) return quantity.formatEach(amount / jobs);
    return quantity.format(amount);
  };
  return { quantity, jobs, format };
}

export function perJobText(amount: number, jobs: number, { formatEach }: Quantity): string {
  return `${formatEach(perJob(amount, jobs) ?? 0)} per job`;
}

/** With a sign that is as wide as a figure. */
export function signed(amount: number, { formatEach }: Quantity): string {
  if (amount === 0) return `±${formatEach(0)}`;
  return `${amount > 0 ? '+' : '−'}${formatEach(Math.abs(amount))}`;
}
