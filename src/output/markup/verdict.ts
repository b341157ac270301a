import { cleanText } from '../../core/clean-text.ts';
import type { VerdictTopic } from '../../core/documents/verdict.ts';
import { keepUnits } from '../../core/format.ts';
import { TOPIC_LABELS } from '../../core/labels.ts';
import { VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import { type Content, html } from './markup.ts';

/** What the verdicts of runs, sweeps and comparisons have in common. */
export interface VerdictText {
  readonly headline: string;
  readonly lines: readonly { readonly topic: VerdictTopic; readonly text: string }[];
}

/** A saved verdict, fit for showing: its words come from a file. */
export function cleanVerdict<T extends VerdictText>(verdict: T): T {
  return {
    ...verdict,
    headline: cleanText(verdict.headline),
    lines: verdict.lines.map((line) => ({ ...line, text: cleanText(line.text) })),
  };
}

/** The answer as the page's title, and its sentences as a list. */
export function verdictBlock({ headline, lines }: VerdictText): Content {
  return html`${verdictHeadline(headline)}
${verdictLines(lines)}`;
}

/** What stands in brackets is smaller, and a low confidence is a line of its own. */
export function verdictHeadline(headline: string): Content {
  const [claim = '', doubt] = headline.split(LOW_CONFIDENCE);
  const parts = claim.split(/(\([^()]*\))/);
  return html`<h1 class="headline">${parts.map((part, index) => (index % 2 === 1 ? html`<small>${withNames(part)}</small>` : withNames(part)))}${
    doubt === undefined ? null : html` <span class="doubt">${LOW_CONFIDENCE.trim()}${withNames(doubt)}</span>`
  }</h1>`;
}

/** As `withDoubts` writes it. */
export const LOW_CONFIDENCE = ' Low confidence:';

export function verdictLines(lines: VerdictText['lines']): Content {
  if (lines.length === 0) return null;
  return html`<dl class="verdict">${lines.map(({ topic, text }) => html`<div class="${topic}"><dt>${TOPIC_LABELS[topic]}</dt><dd>${withNames(text)}</dd></div>`)}</dl>`;
}

const NAME = new RegExp(`\\b(${[...VARIANT_NAMES].sort((a, b) => b.length - a.length).join('|')})(?![\\w-])`);

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
