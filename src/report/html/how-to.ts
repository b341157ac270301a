import { type Content, html } from './markup.ts';

/** Beside a chart: how to read it, in short; and behind it what the one who asks wants to know. */
export function howTo(short: Content, more: Content = null): Content {
  return html`<aside class="howto"><h3>How to read this</h3>
${short}
${more === null ? null : html`<details><summary>More</summary>${more}</details>`}</aside>`;
}
