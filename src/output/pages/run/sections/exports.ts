import { type Content, html } from '../../../markup/markup.ts';
import { copyable } from '../../../markup/repeat.ts';
import type { ReportView } from '../../../view/run/model.ts';

export function exportsSection({ exports }: ReportView): Content {
  if (exports.length === 0) return null;
  return html`<ul class="formats">${exports.map(
    ({ name, description, opens, command }) =>
      html`<li><div class="format"><h3><code>${name}</code></h3><p>${description}</p><p class="opens">${opens}</p></div>
${copyable(command)}</li>`,
  )}</ul>
<p class="footnote">Beside this page, <a href="./run.json">run.json</a> has every figure of every trial, and <code>jobs/</code> the row of every job.</p>`;
}
