import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatFactorRange, formatRoughPercent } from '../../core/format.ts';
import type { VariantName } from '../../core/variants.ts';
import type { Binding } from './binding.ts';
import type { Claim } from './claim.ts';
import { claimOf } from './claim.ts';
import { comparedVerdict } from './compared.ts';
import { roundsText } from './rounds.ts';
import { singleVerdict, stoppedText, voidVerdict } from './uncompared.ts';
import type { Topic, VerdictDraft } from './verdict-draft.ts';
import { TOPIC_LABELS } from './verdict-draft.ts';
import type { Phrase } from './wording.ts';
import { phrasesOf, present, spreadName, textOf, timesAsFast } from './wording.ts';

/** What the A/A arm says; null without one. */
export function aaText({ aa, equivalence }: RunRecord): string | null {
  if (aa === null) return null;
  const { baseline } = equivalence;
  const { comparison } = aa;
  if (comparison?.ratio == null) return `${baseline} was to run twice, but has no two trials to compare.`;
  const { ratio, verdict, minimumDetectableEffect, minRounds } = comparison;
  const figures = `${baseline}’s second process was ${timesAsFast(ratio.estimate)} as its first (${spreadName(ratio)} ${formatFactorRange(ratio.low, ratio.high)})`;
  switch (verdict) {
    case 'faster':
    case 'slower':
      return `${figures}.`;
    case 'no-difference':
      return `${baseline} ran twice: no difference, as there should be (it would have seen ${formatRoughPercent(minimumDetectableEffect)}).`;
    case 'inconclusive':
      return comparison.reason === 'too-few-rounds'
        ? `${baseline} ran twice, but too few rounds to tell equals apart: that takes ${minRounds}.`
        : `${baseline} ran twice; whether it differs from itself is inconclusive: ${figures}.`;
  }
}

export type { Topic } from './verdict-draft.ts';
export type { Phrase } from './wording.ts';

export interface VerdictLine {
  readonly topic: Topic;
  readonly label: string;
  readonly phrases: readonly Phrase[];
  /** The same as plain text. */
  readonly text: string;
}

/** What the run says, from its record alone. */
export interface Verdict {
  /** `decided`, `level` and `inconclusive` are comparisons; the others claim nothing about who is faster. */
  readonly kind: Exclude<Claim['kind'], 'compared'> | 'decided' | 'level' | 'inconclusive';
  /** What to use; null where the run does not allow to say. */
  readonly recommended: VariantName | null;
  /** What keeps the recommended variant from being faster; null where unknown. */
  readonly binding: Binding | null;
  /** One sentence. */
  readonly headline: readonly Phrase[];
  readonly text: string;
  readonly lines: readonly VerdictLine[];
}

export function verdictOf(record: RunRecord): Verdict {
  const claim = claimOf(record);
  const said = sayingOf(record, claim);
  const lines: Partial<Record<Topic, readonly string[]>> = {
    ...said.lines,
    run: present(claim.kind === 'nothing-measured' ? null : stoppedText(record)),
    aa: present(aaText(record)),
    rounds: [
      ...present(claim.kind === 'run-failed' ? null : roundsText(record)),
      ...(said.lines.rounds ?? []),
    ],
  };
  const headline = phrasesOf(said.headline);
  return {
    kind: claim.kind === 'compared' ? claim.outcome : claim.kind,
    recommended: said.recommended,
    binding: said.binding,
    headline,
    text: textOf(headline),
    lines: (Object.keys(TOPIC_LABELS) as Topic[]).flatMap((topic): VerdictLine[] => {
      const text = (lines[topic] ?? []).join(' ');
      return text === '' ? [] : [{ topic, label: TOPIC_LABELS[topic], phrases: phrasesOf([text]), text }];
    }),
  };
}

function sayingOf(record: RunRecord, claim: Claim): VerdictDraft {
  if (claim.kind === 'compared') return comparedVerdict(record, claim);
  if (claim.kind === 'single') return singleVerdict(record, claim.only);
  return voidVerdict(record, claim);
}
