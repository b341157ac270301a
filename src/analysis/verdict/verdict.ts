import type { RunRecord } from '../../core/documents/run-record.ts';
import { VERDICT_TOPICS, type Verdict } from '../../core/documents/verdict.ts';
import { formatRoughPercent } from '../../core/format.ts';
import { claimOf } from './claim.ts';
import { comparedVerdict } from './compared.ts';
import { confidenceOf, doubtNames } from './confidence.ts';
import { nextSteps } from './next.ts';
import { queueOf, queueText } from './queue.ts';
import { retriesText } from './retries.ts';
import { roundsText } from './rounds.ts';
import { singleVerdict, stoppedText, voidVerdict } from './uncompared.ts';
import { inBrackets, linesOf, present, spreadText, timesAsFast } from './wording.ts';

type Topic = (typeof VERDICT_TOPICS)[number];

/** A verdict without what all kinds of verdict have in common. */
export interface Draft extends Omit<Verdict, 'lines' | 'confidence' | 'next' | 'queue'> {
  readonly lines: Readonly<Partial<Record<Topic, readonly string[]>>>;
}

/** The saved verdict of a run, or the one computed from its record if none is saved yet. */
export function savedVerdict(record: RunRecord): Verdict {
  return record.verdict ?? verdictOf(record);
}

/** What a run concludes, from its record alone. The orchestrator saves it; every output prints what was saved. */
export function verdictOf(record: RunRecord): Verdict {
  const draft = draftOf(record);
  const { why, reasons } = draft;
  // One variant compares with nothing, which makes its figures no less certain.
  const doubts = reasons.filter(({ code }) => code !== 'one-variant');
  const others = doubts.filter(({ code }) => code !== why);
  const queue = queueOf(record);
  const lines: Draft['lines'] = {
    ...draft.lines,
    queue: queueText(record, queue),
    confidence: others.length === 0 ? [] : [`Low: ${others.map(({ text }) => text).join('; ')}.`],
    run: present(why === 'nothing-measured' ? null : stoppedText(record)),
    aa: present(aaText(record)),
    retries: present(retriesText(record)),
    rounds: [...present(why === 'run-failed' ? null : roundsText(record)), ...(draft.lines.rounds ?? [])],
  };
  return {
    ...draft,
    ...(queue !== null && { queue }),
    confidence: confidenceOf(doubts, doubtNames(others)),
    lines: linesOf(VERDICT_TOPICS, lines),
    next: nextSteps(record, draft),
  };
}

function draftOf(record: RunRecord): Draft {
  const claim = claimOf(record);
  switch (claim.kind) {
    case 'compared':
      return comparedVerdict(record, claim);
    case 'single':
      return singleVerdict(record, claim.only);
    case 'void':
      return voidVerdict(record, claim.why);
  }
}

function aaText({ aa, equivalence }: RunRecord): string | null {
  if (aa === null) return null;
  const { baseline } = equivalence;
  const { comparison } = aa;
  if (comparison?.ratio == null) return `Not run: ${baseline} has no two trials to compare.`;
  const { ratio, verdict, reason, minimumDetectableEffect, minRounds } = comparison;
  const figures = `the second process of ${baseline} is ${timesAsFast(ratio)} as its first${inBrackets(spreadText(ratio))}`;
  switch (verdict) {
    case 'faster':
    case 'slower':
      return `Failed: ${figures}.`;
    case 'no-difference':
      return `Passed: a difference of ${formatRoughPercent(minimumDetectableEffect)} or more between two processes of ${baseline} would have been detected.`;
    case 'inconclusive':
      return reason === 'too-few-rounds'
        ? `Inconclusive: it needs ${minRounds} rounds.`
        : `Inconclusive: ${figures}.`;
  }
}
