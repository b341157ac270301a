import type { TimelineJobs } from '../types/timeline.ts';
import { US_PER_MS } from '../types/units.ts';
import type { JobsChoice } from './jobs.ts';

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const FIGURE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });

export function jobsNote({ rows, began }: TimelineJobs, chosen: NonNullable<JobsChoice['chosen']>): string {
  const { failed, longest } = chosen;
  const others = rows - failed - longest;
  const every = FIGURE.format((began - failed - longest) / others);
  const special = [
    ...(failed > 0 ? [`${COUNT.format(failed)} that failed`] : []),
    `the ${COUNT.format(longest)} longest`,
  ].join(' and ');
  return `${COUNT.format(rows)} of ${COUNT.format(began)} jobs are shown: ${special}, and of the others one in ${every}.`;
}

export function samplesNote(label: string, samples: number, eachUs: number): string {
  return `${label}: of ${COUNT.format(samples)} samples one each ${FIGURE.format(eachUs / US_PER_MS)} ms is shown.`;
}

export function gcNote(label: string, pauses: number, shown: number): string {
  return `${label}: the ${COUNT.format(shown)} longest of ${COUNT.format(pauses)} garbage collections are shown.`;
}

export function callsNote(threads: number, most: number): string {
  const whose = threads === 1 ? 'one thread' : `${COUNT.format(threads)} threads`;
  return `The samples of ${whose} are left out: all of them have more than ${COUNT.format(most)} calls.`;
}

export function curveNote(overUs: number): string {
  return `Curves of jobs in flight and queued are means over ${FIGURE.format(overUs / US_PER_MS)} ms.`;
}
