import { type Content, html } from './markup.ts';

export interface Entry {
  readonly id: string;
  readonly title: string;
}

/**
 * Table of contents that stays in view: a line of links where there is room, a list that opens where there is not. One
 * of the two is hidden from everybody, and neither needs a script.
 */
export function contents(entries: readonly Entry[]): Content {
  const list = html`<ol>${entries.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>`;
  return html`<nav class="contents" aria-label="Sections of this report">
<div class="wide">${list}</div>
<details class="narrow"><summary>Sections</summary>${list}</details>
</nav>`;
}
