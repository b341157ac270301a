import { cleanText, LONG_TEXT } from '../../core/clean-text.ts';
import type { Verdict, VerdictTopic } from '../../core/documents/verdict.ts';
import { keepUnits } from '../../core/format.ts';
import { TOPIC_LABELS } from '../../core/labels.ts';
import { VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import { type Content, html } from './markup.ts';

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

export function verdictBlock(verdict: VerdictText): Content {
  return html`${verdictHeadline(verdict)}
${verdictLines(verdict)}`;
}

/** Text in brackets is smaller; low confidence has its own line. */
export function verdictHeadline(verdict: Pick<VerdictText, 'headline' | 'confidence'>): Content {
  const doubt = doubtText(verdict);
  const parts = verdict.headline.split(/(\([^()]*\))/);
  return html`<h1 class="headline">${parts.map((part, index) => (index % 2 === 1 ? html`<small>${withNames(part)}</small>` : withNames(part)))}${
    doubt === null ? null : html` <span class="doubt">${withNames(doubt)}</span>`
  }</h1>`;
}

export function verdictLines({ lines, next = [] }: Pick<VerdictText, 'lines' | 'next'>): Content {
  if (lines.length + next.length === 0) return null;
  const steps = next.map(({ command, why }) => html`${why} <code>${command}</code> `);
  return html`<dl class="verdict">${lines.map(({ topic, text }) => html`<div class="${topic}"><dt>${TOPIC_LABELS[topic]}</dt><dd>${withNames(text)}</dd></div>`)}${
    next.length === 0 ? null : html`<div class="next"><dt>Next</dt><dd>${steps}</dd></div>`
  }</dl>`;
}

const NAME = new RegExp(
  `\\b(${VARIANT_NAMES.toSorted((a, b) => b.length - a.length)
    .join('|')
    .replaceAll('+', '\\+')})(?![\\w+-])`,
);

/** A variant's name is set in its colour, a command between backticks as code. */
export function withNames(text: string): Content {
  return text.split('`').map((part, index) =>
    index % 2 === 1
      ? html`<code>${part}</code>`
      : part.split(NAME).map((piece) => {
          const variant = VARIANT_NAMES.find((name): name is VariantName => name === piece);
          return variant === undefined
            ? keepUnits(piece)
            : html`<span class="v-${variant} inked">${piece}</span>`;
        }),
  );
}
