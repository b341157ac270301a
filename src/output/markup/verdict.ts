import { keepUnits } from '../../core/format.ts';
import { TOPIC_LABELS } from '../../core/labels.ts';
import { VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import { doubtText, type VerdictText } from '../view/verdict.ts';
import { type Content, html } from './markup.ts';

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
