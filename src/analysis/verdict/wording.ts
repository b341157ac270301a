import type { Estimate, RunRecord } from '../../core/documents/run-record.ts';
import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatNumber,
  formatPlural,
  formatRoughPercent,
  formatShare,
} from '../../core/format.ts';
import { failedCount, sumOutcomes } from '../../core/outcomes.ts';
import { comparable, comparedEstimate, comparedQuantity } from '../comparable.ts';
import type { Measured } from './measured.ts';

/** `40 jobs`, and on a schedule `40 jobs at 200/s`. */
export function jobsText({ spec, variants }: RunRecord): string {
  const jobs = `${formatPlural(spec.jobs, 'job')}${failedText(variants)}`;
  return spec.load.kind === 'open' ? `${jobs} at ${formatNumber(spec.load.rate)}/s` : jobs;
}

/** ` (1% failed)`, of the trials that are compared all the same. */
function failedText(variants: RunRecord['variants']): string {
  const outcomes = sumOutcomes(variants.flatMap(({ trials }) => trials.filter(comparable)));
  const failed = failedCount(outcomes);
  return failed === 0 ? '' : ` (${formatShare(failed / (failed + outcomes.ok))} failed)`;
}

/** `40 jobs, 16 concurrent`. */
export function workText(record: RunRecord, { concurrency }: Measured): string {
  return concurrency > 1 ? `${jobsText(record)}, ${formatCount(concurrency)} concurrent` : jobsText(record);
}

/** `median 331 ms`, and on a schedule `mean response time 37.7 ms`. */
export function timeText({ spec }: RunRecord, { summary }: Measured): string {
  const what = comparedQuantity(spec) === 'response' ? 'mean response time' : 'median';
  return `${what} ${formatMs(comparedEstimate(summary).estimate)}`;
}

/** `11.0× as fast`. */
export function timesAsFast({ estimate }: Pick<Estimate, 'estimate'>): string {
  return `${formatFactor(estimate)} as fast`;
}

/** `95% CI 10.6–12.3×`; of one round nothing. */
export function spreadText(
  { method, low, high }: Estimate,
  rangeText: (low: number, high: number) => string = formatFactorRange,
): string {
  if (low === high) return '';
  // After several looks the nominal level is higher, for 95% coverage.
  const name = { range: 'range', 'median-quartiles': 'quartiles', 'hettmansperger-sheather': '95% CI' }[
    method
  ];
  return `${name} ${rangeText(low, high)}`;
}

/** ` (a, b)`: the texts that are not null. */
export function inBrackets(...parts: readonly string[]): string {
  const given = parts.filter((part) => part !== '');
  return given.length === 0 ? '' : ` (${given.join(', ')})`;
}

/** `: a difference of 6.9% or more would have been detected`; nothing for none. */
export function detectedText(percent: number | null): string {
  return percent === null
    ? ''
    : `: a difference of ${formatRoughPercent(percent)} or more would have been detected`;
}

/** None or one sentence. */
export function present(text: string | null | undefined): string[] {
  return text == null ? [] : [text];
}

/** An estimate has two digits. */
export function roughMs(ms: number): string {
  return `${Number(ms.toPrecision(2))} ms`;
}

/** The lines of a verdict that say something, in the order of their topics. */
export function linesOf<T extends string>(
  topics: readonly T[],
  texts: Readonly<Partial<Record<T, readonly string[]>>>,
): { topic: T; text: string }[] {
  const lines = topics.map((topic) => ({ topic, text: (texts[topic] ?? []).join(' ') }));
  return lines.filter(({ text }) => text !== '');
}
