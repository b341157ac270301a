import { type Content, html } from './markup.ts';

export function variantName(name: string): Content {
  return html`<span class="variant v-${name}">${name}</span>`;
}
