import type { Content } from './markup.ts';
import { html, Markup } from './markup.ts';
import { variantName } from './variant-name.ts';

export interface Fold {
  /** Of the block, for links; its title has the same and `-title`. */
  readonly id: string;
  /** Worth knowing before it is opened. */
  readonly note: Content;
  readonly open: boolean;
  /** Name of a row of tabs, if the heading is one of its tabs. */
  readonly tab?: string;
}

/** Folds with the same `tab`: at most one is open, and their headings form a row. */
export function tabs(folds: readonly Content[]): Content {
  return html`<div class="tabs">${folds}</div>`;
}

/** A block folded up to its heading. The script keeps in the page's address which of them are open. */
export function foldedBlock(
  { id, note, open, tab, title, look }: Fold & { readonly title: Content; readonly look: string },
  content: Content,
): Content {
  return html`<details class="fold ${look}" id="${id}"${tab === undefined ? null : html` name="${tab}"`}${open ? new Markup(' open') : null}>
<summary><h3 id="${id}-title">${title} <small>${note}</small></h3></summary>
${content}
</details>`;
}

/** What belongs to one variant, folded up. */
export function variantFold(fold: Fold & { readonly variant: string }, content: Content): Content {
  const { variant } = fold;
  return foldedBlock({ ...fold, title: variantName(variant), look: `v-${variant}` }, content);
}

/** How to read what follows, closed at first. */
export function closedExplainer(title: string, content: Content): Content {
  return html`<details class="behind"><summary>${title}</summary>${content}</details>`;
}

/** Beside a chart: how to read it, in short; and behind it what the one who asks wants to know. */
export function explainer(short: Content, more: Content = null): Content {
  return html`<aside class="explainer"><h3>How to read this</h3>
${short}
${more === null ? null : html`<details><summary>More</summary>${more}</details>`}</aside>`;
}
