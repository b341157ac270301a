import type { ReportView } from '../view-model.ts';
import { type Content, html } from './markup.ts';

/** What other programs can read: from the page itself, and by the command. */
export function exportsSection({ exports }: ReportView): Content {
  const { downloads, formats } = exports;
  if (downloads.length + formats.length === 0) return null;
  return html`<section id="exports" aria-labelledby="exports-title">
<h2 id="exports-title">Take it elsewhere</h2>
${
  downloads.length === 0
    ? null
    : html`<div class="downloads">${downloads.map(({ id }) => html`<div data-island="download" data-id="${id}"></div>`)}</div>
<p class="footnote">Beside this page, <a href="./run.json">run.json</a> has every figure of every block, and <code>jobs/</code> the row of every job.</p>`
}
${
  formats.length === 0
    ? null
    : html`<details class="behind"><summary>Commands for ${formats.length} formats of other programs</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Formats and commands"><table class="left formats">
<thead><tr><th scope="col">format</th><th scope="col">opens in</th><th scope="col">command</th></tr></thead>
<tbody>${formats.map(
        ({ name, description, opens, command }) =>
          html`<tr><th scope="row"><code>${name}</code><small>${description}</small></th><td>${opens}</td><td>${copyable(command)}</td></tr>`,
      )}</tbody></table></div></details>`
}
</section>`;
}

/** A command that the script puts a button beside. */
export function copyable(command: string): Content {
  return html`<span data-island="copy" data-text="${command}"><code>${command}</code></span>`;
}
