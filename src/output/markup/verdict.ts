import type { Phrase, Verdict } from '../../analysis/verdict/verdict.ts';
import { keepUnits } from '../../core/format.ts';
import { type Content, html } from './markup.ts';

/** The answer as the page's title, and its sentences as a list. */
export function verdictBlock({
  headline,
  lines,
}: {
  readonly headline: Verdict['headline'];
  readonly lines: readonly {
    readonly topic: string;
    readonly label: string;
    readonly phrases: readonly Phrase[];
  }[];
}): Content {
  return html`<h1 class="headline">${headline.map(phrase)}</h1>
${lines.length === 0 ? null : html`<dl class="verdict">${lines.map(({ topic, label, phrases }) => html`<div class="${topic}"><dt>${label}</dt><dd>${phrases.map(phrase)}</dd></div>`)}</dl>`}`;
}

function phrase({ text, variant, strong }: Phrase): Content {
  if (variant !== null) return html`<span class="v-${variant} inked">${text}</span>`;
  return strong ? html`<strong>${text}</strong>` : withCode(keepUnits(text));
}

/** Commands stand between backticks. */
function withCode(text: string): Content {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
