import type { VariantRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatNumber } from '../../core/format.ts';
import { median } from '../../core/statistics/quantile.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { unsentJobsOf } from '../verdict/measured.ts';
import { type Check, findingsOf, together } from './finding.ts';

/** Below this share of the rate asked for, a schedule counts as not kept. */
const HELD = 0.95;

/** In a short plan the first and the last start decide the rate: late by less than this, they were on time. */
const ON_TIME_MS = 10;

/** Jobs per second of a variant that started fewer than were due; null for one that kept the rate, and without one. */
export function missedRate({
  trials,
}: Pick<VariantRecord, 'trials'>): { readonly offered: number; readonly achieved: number } | null {
  const spans = trials.flatMap(({ open }) => open ?? []);
  const offered = median(spans.map(({ offeredPerSecond }) => offeredPerSecond));
  const achieved = median(spans.flatMap(({ achievedPerSecond }) => achievedPerSecond ?? []));
  const latest = median(spans.flatMap(({ latenessMs }) => latenessMs.max ?? [])) ?? 0;
  const missed = offered !== null && achieved !== null && achieved < HELD * offered && latest > ON_TIME_MS;
  return missed ? { offered, achieved } : null;
}

export const rateNotHeld: Check = ({ variants }) => {
  const findings = findingsOf(variants, (variant) => {
    const unsent = sumOf(variant.trials, unsentJobsOf);
    const missed = missedRate(variant);
    if (unsent === 0 && missed === null) return null;
    return [
      ...(missed === null
        ? []
        : [`${formatNumber(missed.achieved)} of ${formatNumber(missed.offered)} jobs/s`]),
      ...(unsent > 0 ? [`${formatCount(unsent)} jobs not sent`] : []),
    ].join(', ');
  });
  return together(findings, {
    code: 'rate-not-held',
    message: (found) => `the schedule was not kept: ${found}`,
  });
};
