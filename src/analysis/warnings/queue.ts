import type { VariantRecord } from '../../core/documents/run-record.ts';
import { formatCount } from '../../core/format.ts';
import { type Check, findingsOf, together } from './finding.ts';

export const queueReRuns: Check = ({ variants }) =>
  together(findingsOf(variants, reRuns), {
    code: 'queue-reruns',
    message: (found) => `the queue ran jobs again: ${found}`,
  });

/** `3 jobs started again, 1 result came twice`; null if every job of the timed trials ran once. */
function reRuns({ trials }: VariantRecord): string | null {
  const sum = (name: 'reRuns' | 'duplicates' | 'lostRows') =>
    trials.reduce((total, { queue }) => total + (queue?.[name] ?? 0), 0);
  const parts = [
    [sum('reRuns'), 'started again'],
    [sum('duplicates'), 'results that did not count'],
    [sum('lostRows'), 'rows that the store had lost'],
  ] as const;
  const found = parts.flatMap(([times, what]) => (times === 0 ? [] : [`${formatCount(times)} ${what}`]));
  return found.length === 0 ? null : found.join(', ');
}
