import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { Verdict, VerdictTopic } from '../../core/documents/verdict.ts';

/** Common part of the verdicts of runs, sweeps and comparisons. */
export interface VerdictText {
  readonly headline: string;
  readonly confidence: Pick<Verdict['confidence'], 'doubt'>;
  readonly lines: readonly { readonly topic: VerdictTopic; readonly text: string }[];
  readonly next?: Verdict['next'];
}

/** A verdict from a file, safe to show: every text is cleaned and bounded. */
export function cleanVerdict<T extends VerdictText>(verdict: T): T {
  const { doubt } = verdict.confidence;
  const clean = (text: string): string => cleanText(text, LONG_TEXT);
  return {
    ...verdict,
    headline: clean(verdict.headline),
    confidence: { ...verdict.confidence, doubt: doubt === null ? null : clean(doubt) },
    lines: verdict.lines.map((line) => ({ ...line, text: clean(line.text) })),
    ...(verdict.next === undefined
      ? {}
      : {
          next: verdict.next.map(({ command, why }) => ({ command: clean(command), why: clean(why) })),
        }),
  };
}

/** `Low confidence: busy machine.`; null with a high one. */
export function doubtText({ confidence: { doubt } }: Pick<VerdictText, 'confidence'>): string | null {
  return doubt === null ? null : `Low confidence: ${doubt}.`;
}

/** Headline and doubt in one line. */
export function headlineText(verdict: Pick<VerdictText, 'headline' | 'confidence'>): string {
  const doubt = doubtText(verdict);
  return doubt === null ? verdict.headline : `${verdict.headline} ${doubt}`;
}
