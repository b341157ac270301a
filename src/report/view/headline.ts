import type { Estimate, RunRecord, VariantRecord } from '../../types/run-record.ts';
import type { VariantName } from '../../types/variant-names.ts';
import { formatFactor, formatFactorRange, formatMs, formatNumber, formatPlural } from '../format.ts';
import { comparisonOf } from './comparison.ts';
import type { Headline, Phrase } from './view.ts';

/** Fewer rounds than this give quartiles that mean nothing. */
const ROUNDS_FOR_QUARTILES = 4;

type Part = string | { readonly variant: VariantName } | { readonly strong: string };

/** One sentence from the data alone, and what qualifies it. Claims nothing that failures or mismatches void. */
export function headlineOf(record: RunRecord): Headline {
  const comparison = comparisonOf(record);
  switch (comparison.kind) {
    case 'failed':
      return headline(false, [`The run failed: ${comparison.message}`], []);
    case 'nothing-measured':
      return headline(
        false,
        [unfinished(record) ?? 'No round was completed without failures: nothing to compare.'],
        [],
      );
    case 'mismatch':
      return headline(
        false,
        ['No comparison: the variants did not get ', { strong: 'the same responses' }, '.'],
        [
          `${formatPlural(record.equivalence.mismatches, 'response')} of ${formatPlural(record.equivalence.compared, 'compared pair')} differ, so the timings are of different work.`,
        ],
      );
    case 'jobs-failed':
      return headline(
        false,
        ['No comparison: ', { strong: formatPlural(comparison.failedJobs, 'job') }, ' failed.'],
        [
          'A failed job takes less or more time than one that worked, so the timings are not of the same work.',
        ],
      );
    case 'single':
      return headline(
        false,
        [
          ...ran(comparison.only, record),
          ' in ',
          { strong: formatMs(comparison.only.summary.wallMs.estimate) },
          '.',
        ],
        [
          roundsNote(comparison.only.summary.blocks),
          'One variant ran, so there is nothing to compare it with.',
        ],
      );
    case 'baseline-fastest':
      return headline(
        true,
        [
          'Nothing was faster than ',
          { variant: comparison.baseline.name },
          ': it ',
          ...ranWhat(record),
          ' in ',
          { strong: formatMs(comparison.baseline.summary.wallMs.estimate) },
          '.',
        ],
        [
          ...comparison.others.map(
            (other) =>
              `${other.name}: ${formatFactor(other.speedup.estimate)} as fast (${formatFactorRange(other.speedup.low, other.speedup.high)}).`,
          ),
          roundsNote(comparison.baseline.summary.blocks),
        ],
      );
    case 'fastest':
      return fastestHeadline(record, comparison);
  }
}

function fastestHeadline(
  record: RunRecord,
  {
    baseline,
    fastest,
    speedup,
    level,
    unseenPercent,
  }: Extract<ReturnType<typeof comparisonOf>, { kind: 'fastest' }>,
): Headline {
  const clear = speedup.low > 1;
  const factor = formatFactor(speedup.estimate).replace('×', ' times');
  let parts: Part[];
  if (!clear) {
    parts = [
      'No clear winner: ',
      { variant: fastest.name },
      ' was ',
      { strong: `${factor} as fast` },
      ' as ',
      { variant: baseline.name },
      ', within the spread of the rounds.',
    ];
  } else if (level.length === 0) {
    parts = [
      ...[...ran(fastest, record), ' ', { strong: `${factor} as fast` }],
      ...[' as ', { variant: baseline.name }, '.'],
    ];
  } else {
    parts = [...levelParts(record, fastest, speedup, level), ' as ', { variant: baseline.name }, '.'];
  }
  const details = [
    `${formatMs(fastest.summary.wallMs.estimate)} against ${formatMs(baseline.summary.wallMs.estimate)} at the median; ${spreadOf(speedup)} of the factor over ${formatPlural(fastest.summary.blocks, 'round')}: ${formatFactorRange(speedup.low, speedup.high)}.`,
  ];
  if (level.length > 0) {
    details[0] = `${fastest.name} had the highest factor: ${details[0]}`;
    details.push(
      clear
        ? `No difference between them that this run could see${unseenPercent === null ? '' : ` (it would have seen ${formatNumber(unseenPercent)}%)`}.`
        : `${level.map(({ name }) => name).join(' and ')} ${level.length === 1 ? 'is' : 'are'} not clearly slower.`,
    );
  }
  if (fastest.summary.blocks < ROUNDS_FOR_QUARTILES)
    details.push('Few rounds: take it as a first impression.');
  const stopped = unfinished(record);
  if (stopped !== null) details.unshift(stopped);
  return headline(true, parts, details);
}

/** What `low` and `high` of an estimate are, in words. */
function spreadOf({ method, level }: Estimate): string {
  if (method === 'median-quartiles' || level === null) return 'quartiles';
  return `${Math.round(level * 100)}% interval`;
}

/** Variants that the run can't tell apart are named together, in the order of the table. */
function levelParts(
  record: RunRecord,
  fastest: VariantRecord,
  speedup: Estimate,
  level: readonly { readonly name: VariantName; readonly speedup: Estimate }[],
): Part[] {
  const named = new Set([fastest.name, ...level.map(({ name }) => name)]);
  const names = record.variants.map(({ name }) => name).filter((name) => named.has(name));
  const list = names.flatMap((name, index): Part[] => {
    const joint = index === 0 ? [] : [index === names.length - 1 ? ' and ' : ', '];
    return [...joint, { variant: name }];
  });
  const slowest = Math.min(...level.map((other) => other.speedup.estimate));
  const from = formatFactor(slowest).replace('×', '');
  const to = formatFactor(speedup.estimate).replace('×', ' times');
  const factor = to === `${from} times` ? to : `${from} to ${to}`;
  return [...list, ' each ', ...ranWhat(record), ' ', { strong: `${factor} as fast` }];
}

function ran(variant: VariantRecord, record: RunRecord): Part[] {
  return [{ variant: variant.name }, ' ', ...ranWhat(record)];
}

function ranWhat(record: RunRecord): Part[] {
  return [`ran ${record.spec.jobs === 1 ? 'the job' : `the same ${formatPlural(record.spec.jobs, 'job')}`}`];
}

function roundsNote(rounds: number): string {
  return rounds < ROUNDS_FOR_QUARTILES
    ? `Median of ${formatPlural(rounds, 'round')}: take it as a first impression.`
    : `Median of ${formatPlural(rounds, 'round')}.`;
}

/** Null for a run that went to its end. */
function unfinished(record: RunRecord): string | null {
  const started = Math.max(0, ...record.variants.map((variant) => variant.blocks.length));
  const { rounds } = record.spec;
  const reached =
    rounds === null ? formatPlural(started, 'round') : `${started} of ${formatPlural(rounds, 'round')}`;
  if (record.status === 'aborted') return `The run was stopped after ${reached} had started.`;
  if (record.status === 'running')
    return `The run had not ended when this was written: ${reached} had started.`;
  if (record.status === 'failed') return `The run failed after ${reached} had started.`;
  return null;
}

function headline(comparison: boolean, parts: readonly Part[], details: readonly string[]): Headline {
  const phrases = parts.map((part): Phrase => {
    if (typeof part === 'string') return { text: part, variant: null, strong: false };
    if ('variant' in part) return { text: part.variant, variant: part.variant, strong: true };
    return { text: part.strong, variant: null, strong: true };
  });
  return { comparison, phrases, text: phrases.map((phrase) => phrase.text).join(''), details };
}
