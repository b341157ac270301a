import { perJob } from '../../../profile/top-functions.ts';
import { formatMicros, formatShare, formatUs } from '../../format.ts';

/** What amounts of time are given in. */
export const UNITS = ['share', 'time', 'job'] as const;
export type Unit = (typeof UNITS)[number];

export interface Measure {
  /** Null where it is not known how many jobs the time was spent on. */
  readonly jobs: number | null;
  format(us: number): string;
}

/** @param allUs what shares are of. */
export function measureOf(unit: Unit, allUs: number, jobs: number | null): Measure {
  const format = (us: number): string => {
    if (unit === 'share') return formatShare(allUs > 0 ? us / allUs : null);
    return unit === 'job' && jobs !== null ? perJobText(us, jobs) : formatUs(us);
  };
  return { jobs, format };
}

export function perJobText(us: number, jobs: number): string {
  return `${formatMicros(perJob(us, jobs))} per job`;
}
