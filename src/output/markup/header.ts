import { type Content, html } from './markup.ts';

/** What a page is. @param home path of the list of all runs; null where that is not known */
export function brand(home: string | null, what: string): Content {
  const name = home === null ? html`<b>Threadmill</b>` : html`<a href="${home}">Threadmill</a>`;
  return html`<p class="brand">${name}<span>${what}</span></p>`;
}

export function factLine(facts: readonly Content[]): Content {
  return html`<p class="run-facts">${facts.map((fact) => html`<span>${fact}</span> `)}</p>`;
}
