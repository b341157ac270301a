import { median } from '../../core/statistics/quantile.ts';
import { type Check, count, together } from './finding.ts';

/** Below this share of the rate asked for, a schedule counts as not kept. */
const HELD = 0.95;

/** In a short plan the first and the last start decide the rate: late by less than this, they were on time. */
const ON_TIME_MS = 10;

/** Open-loop variants that did not start all jobs, or not as many a second as were due. */
export const rateNotHeld: Check = ({ variants }) => {
  const findings = variants.flatMap(({ name, trials }) => {
    const spans = trials.flatMap(({ open }) => open ?? []);
    const unsent = spans.reduce((sum, span) => sum + span.unsent, 0);
    const offered = median(spans.map(({ offeredPerSecond }) => offeredPerSecond));
    const achieved = median(spans.flatMap(({ achievedPerSecond }) => achievedPerSecond ?? []));
    const latest = median(spans.flatMap(({ latenessMs }) => latenessMs.max ?? [])) ?? 0;
    const behind = offered !== null && achieved !== null && achieved < HELD * offered && latest > ON_TIME_MS;
    if (unsent === 0 && !behind) return [];
    const said = [
      ...(behind ? [`${rate(achieved)} of ${rate(offered)} jobs a second`] : []),
      ...(unsent > 0 ? [`${count(unsent)} jobs not at all`] : []),
    ];
    return [{ variant: name, text: said.join(', ') }];
  });
  return together(findings, {
    code: 'rate-not-held',
    message: (found) => `the schedule was not kept: ${found}`,
  });
};

/** Three digits: rates may be less than one. */
function rate(perSecond: number): string {
  return Number(perSecond.toPrecision(3)).toLocaleString('en-US');
}
