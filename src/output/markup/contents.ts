import { type Content, html } from './markup.ts';

export interface Entry {
  readonly id: string;
  readonly title: string;
}

/** Table of contents: a line of links, or a list that opens on narrow screens; without a script. */
export function contents(entries: readonly Entry[]): Content {
  const list = html`<ol>${entries.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>`;
  return html`<nav class="contents" aria-label="Sections of this report">
<div class="wide">${list}</div>
<details class="narrow"><summary>Sections</summary>${list}</details>
</nav>`;
}
