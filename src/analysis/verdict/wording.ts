import { comparedEstimate, comparedQuantity } from '../../core/documents/comparable.ts';
import type { Estimate, RunRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatFactor, formatMs, formatNumber, formatPlural } from '../../core/format.ts';
import { VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import type { Measured } from './measured.ts';

/** A piece of a sentence; a variant's name is set in that variant's colour. */
export interface Phrase {
  readonly text: string;
  readonly variant: VariantName | null;
  readonly strong: boolean;
}

export type Part = string | { readonly strong: string };

const NAME = new RegExp(`\\b(${[...VARIANT_NAMES].sort((a, b) => b.length - a.length).join('|')})(?![\\w-])`);

/** Names of variants stand out wherever they are. */
export function phrasesOf(parts: readonly Part[]): Phrase[] {
  return parts.flatMap((part): Phrase[] => {
    if (typeof part !== 'string') return [{ text: part.strong, variant: null, strong: true }];
    return part
      .split(NAME)
      .filter((text) => text !== '')
      .map((text) => {
        const variant = VARIANT_NAMES.find((name) => name === text) ?? null;
        return { text, variant, strong: variant !== null };
      });
  });
}

export function textOf(phrases: readonly Phrase[]): string {
  return phrases.map(({ text }) => text).join('');
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[], joint = 'and'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${joint} ${last}`;
}

/** `11.1 times as fast`. */
export function timesAsFast(factor: number): string {
  return `${formatFactor(factor).replace('×', ' times')} as fast`;
}

/** `ran the same 40 jobs`, and on a schedule `answered the same 40 jobs, due at 200 a second,`. */
export function ranTheJobs({ spec }: RunRecord): string {
  const jobs = spec.jobs === 1 ? 'the job' : `the same ${formatPlural(spec.jobs, 'job')}`;
  return spec.load.kind === 'open'
    ? `answered ${jobs}, due at ${formatNumber(spec.load.rate)} a second,`
    : `ran ${jobs}`;
}

/** ` in 130 ms`, and on a schedule ` in 37.7 ms each on average`. */
export function inTime({ spec }: RunRecord, { summary }: Measured): Part[] {
  const time = { strong: formatMs(comparedEstimate(summary).estimate) };
  return [' in ', time, ...(comparedQuantity(spec) === 'response' ? [' each on average'] : [])];
}

/** What the figures of a comparison are: `at the median`. */
export function ofWhat({ spec }: RunRecord): string {
  return comparedQuantity(spec) === 'response' ? 'from intended start to end, on average' : 'at the median';
}

/** What `low` and `high` of an estimate are. */
export function spreadName({ method }: Estimate): string {
  if (method === 'range') return 'range';
  // After several looks it is computed at a higher level, so as to hold the truth in 95% of runs.
  return method === 'median-quartiles' ? 'quartiles' : '95% interval';
}

/** ` at 16 in flight`, or nothing for one that overlaps nothing. */
export function atConcurrency({ concurrency }: { readonly concurrency: number }): string {
  return concurrency > 1 ? ` at ${formatCount(concurrency)} in flight` : '';
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** None or one sentence. */
export function present(text: string | null | undefined): string[] {
  return text == null ? [] : [text];
}
