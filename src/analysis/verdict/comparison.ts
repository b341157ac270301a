import type { Change, ComparedVariant, RunComparison } from '../../core/documents/comparison.ts';
import { COMPARISON_TOPICS, type ComparisonVerdict, type Reasons } from '../../core/documents/verdict.ts';
import { formatRoughPercent, listed, sentence } from '../../core/format.ts';
import { VARIANT_NAMES } from '../../core/variants.ts';
import { changeInterval, changeReason, changeSize } from '../comparison/wording.ts';
import { confidenceOf, DOUBTS } from './confidence.ts';
import { linesOf } from './wording.ts';

/** Warnings that lower the confidence in a comparison, as its headline calls them. */
const COMPARISON_DOUBTS: Readonly<Record<RunComparison['warnings'][number]['code'], string | null>> = {
  'machine-busy': DOUBTS['machine-busy'],
  'load-differs': 'unequal load',
  drift: DOUBTS['trials-drifting'],
  calibration: 'unequal --cpu work',
  'aa-failed': 'failed A/A test',
  'work-failed': 'failed jobs',
  aborted: 'a run that was stopped',
  'all-alike': 'all variants changed alike',
  'missing-variant': null,
};

interface Judged {
  of(variant: ComparedVariant): Change;
  readonly up: string;
  readonly down: string;
}

/** What two runs amount to, from their comparison alone: slower first, then faster, no difference, inconclusive. */
export function comparisonVerdict(comparison: Omit<RunComparison, 'verdict'>): ComparisonVerdict {
  const { variants, quantity, warnings } = comparison;
  const respond = quantity === 'wall' ? '' : ' to respond';
  const times: Judged = {
    of: ({ change }) => change,
    ...{ up: `is slower${respond}`, down: `is faster${respond}` },
  };
  const cpu: Judged = {
    of: (variant) => variant.cpu.change,
    ...{ up: 'uses more CPU per job', down: 'uses less CPU per job' },
  };
  const moved = movedTexts(times, variants);
  const movedCpu = movedTexts(cpu, variants);
  const reasons = warnings.flatMap(
    ({ code, message }): Reasons => (COMPARISON_DOUBTS[code] === null ? [] : [{ code, text: message }]),
  );
  // A change of CPU alone is not to be missed beside times that show nothing.
  const [first, ...more] = moved.length > 0 ? [moved, movedCpu] : [movedCpu, []];
  const clauses = [...first!, ...restTexts(times, variants)];
  const headline = clauses.length === 0 ? 'The runs have no variant in common.' : `${clauses.join('; ')}.`;
  // Of what voids both, the sentence about times says all.
  const judgedCpu = variants.filter(
    ({ change, cpu: { change: own } }) =>
      own.verdict !== 'inconclusive' || own.reason === 'too-noisy' || own.reason !== change.reason,
  );
  const lines: Readonly<Record<(typeof COMPARISON_TOPICS)[number], readonly string[]>> = {
    time: detailTexts(times, variants),
    cpu: [...more.flat().map((text) => `${text}.`), ...detailTexts(cpu, judgedCpu)],
    note: [timeNote(comparison)],
  };
  return {
    conclusion: conclusionOf(variants),
    confidence: confidenceOf(
      reasons,
      reasons.map(({ code }) => COMPARISON_DOUBTS[code as keyof typeof COMPARISON_DOUBTS]!),
    ),
    reasons,
    headline: sentenceStart(headline),
    lines: linesOf(COMPARISON_TOPICS, lines),
  };
}

function conclusionOf(variants: readonly ComparedVariant[]): ComparisonVerdict['conclusion'] {
  const verdicts = variants.flatMap(({ change, cpu }) => [change.verdict, cpu.change.verdict]);
  if (verdicts.includes('increased')) return 'regression';
  if (verdicts.includes('decreased')) return 'improvement';
  return variants.length > 0 && variants.every(({ change }) => change.verdict === 'no-difference')
    ? 'no-difference'
    : 'inconclusive';
}

/** A variant's name keeps its spelling at the start. */
function sentenceStart(text: string): string {
  return VARIANT_NAMES.some((name) => text.startsWith(name)) ? text : sentence(text);
}

/** `event-loop is slower: +12.0% (95% CI +8.0 to +15.0%)`, the slower ones first. */
function movedTexts({ of, up, down }: Judged, variants: readonly ComparedVariant[]): string[] {
  return (['increased', 'decreased'] as const).flatMap((verdict) =>
    variants.flatMap((variant) => {
      const change = of(variant);
      if (change.verdict !== verdict) return [];
      const ratio = change.ratio!;
      return `${variant.name} ${verdict === 'increased' ? up : down}: ${changeSize(ratio)} (${changeInterval(ratio)})`;
    }),
  );
}

function restTexts({ of }: Judged, variants: readonly ComparedVariant[]): string[] {
  return (['no-difference', 'inconclusive'] as const).flatMap((verdict) => {
    const names = variants.filter((variant) => of(variant).verdict === verdict).map(({ name }) => name);
    if (names.length === 0) return [];
    return [`${verdict === 'inconclusive' ? 'inconclusive' : 'no difference'}: ${listed(names)}`];
  });
}

function detailTexts({ of }: Judged, variants: readonly ComparedVariant[]): string[] {
  const details = new Map<string, string[]>();
  for (const variant of variants) {
    const change = of(variant);
    const { verdict, minimumDetectableEffect } = change;
    if (verdict !== 'no-difference' && verdict !== 'inconclusive') continue;
    const text =
      verdict === 'inconclusive'
        ? `inconclusive, ${changeReason(change, variant)}`
        : `no difference (${formatRoughPercent(minimumDetectableEffect)} or more would have been detected)`;
    details.set(text, [...(details.get(text) ?? []), variant.name]);
  }
  return [...details].map(([text, names]) => `${listed(names)}: ${text}.`);
}

function timeNote({ variants, paired }: Pick<RunComparison, 'variants' | 'paired'>): string {
  if (paired) {
    return 'Both versions ran in the same rounds, so machine load hits both. CPU per job shows whether the code got slower, wall time whether users wait longer.';
  }
  const free = variants.some(({ speedup }) => speedup !== null)
    ? ' Speedups are measured within one run and cancel it out.'
    : '';
  return `The runs were made at different times, so a change in machine load shows up in the times.${free}`;
}
