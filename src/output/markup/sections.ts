import { type Content, html } from './markup.ts';

export interface PageSection {
  readonly id: string;
  /** In the table of contents, and the heading unless that says more. */
  readonly title: string;
  readonly heading?: string | undefined;
  /** What stands below the heading; null where there is nothing to show. */
  readonly content: Content;
}

/** A table of contents, and the sections that have something to show. */
export function contentsAndSections(all: readonly PageSection[]): Content {
  const sections = all.filter(({ content }) => content !== null);
  return html`${contents(sections)}
<main>
${sections.map(sectionBlock)}</main>`;
}

/** A line of links, or a list that opens on narrow screens; without a script. */
export function contents(sections: readonly Pick<PageSection, 'id' | 'title'>[]): Content {
  const list = html`<ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>`;
  return html`<nav class="contents" aria-label="Sections of this report">
<div class="wide">${list}</div>
<details class="narrow"><summary>Sections</summary>${list}</details>
</nav>`;
}

/** The id of the heading, for what it labels, is that of the section and `-title`. */
export function sectionBlock({ id, title, heading = title, content }: PageSection): Content {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${heading}</h2>
${content}
</section>\n`;
}
