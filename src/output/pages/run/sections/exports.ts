import { formatBytes } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import type { FileGroup, FormatView, ReportView } from '../view.ts';

/** What other programs can read: from the page itself, and by the command. */
export function exportsSection({ exports }: ReportView): Content {
  const { downloads, formats } = exports;
  if (downloads.length + formats.length === 0) return null;
  return html`<section id="exports" aria-labelledby="exports-title">
<h2 id="exports-title">Take it elsewhere</h2>
${formats.length === 0 ? null : formatList(formats)}
${
  downloads.length === 0
    ? null
    : html`<div class="downloads">${downloads.map(({ id }) => html`<div data-island="download" data-id="${id}"></div>`)}</div>
<p class="footnote">Beside this page, <a href="./run.json">run.json</a> has every figure of every trial, and <code>jobs/</code> the row of every job.</p>`
}
</section>`;
}

function formatList(formats: readonly FormatView[]): Content {
  const hasFiles = formats.some(({ groups }) => groups.length > 0);
  return html`${
    hasFiles
      ? html`<p class="about-files">What is saved here is in this page, byte for byte as the command would write it. Some files name source files by their full paths on the machine of the run, so that other programs can open them.</p>
<noscript><p class="footnote">Saving them takes JavaScript, which is off. The commands do without.</p></noscript>`
      : null
  }
<ul class="formats">${formats.map(formatItem)}</ul>`;
}

function formatItem({ name, description, opens, command, groups, leftOut }: FormatView): Content {
  return html`<li><div class="format"><h3><code>${name}</code></h3><p>${description}</p><p class="opens">${opens}</p></div>
<div class="get">${groups.map(groupOfFiles)}${
    leftOut === null
      ? html`<details><summary>Command</summary>${copyable(command)}</details>`
      : html`<p class="left-out">${leftOut} The command makes ${groups.length === 0 ? 'it' : 'all of them'}:</p>${copyable(command)}`
  }</div></li>`;
}

function groupOfFiles({ variant, files }: FileGroup): Content {
  return html`<p class="files${variant === null ? '' : ' of-threads'}">${variant === null ? null : html`<span class="of">${variant}</span> `}${files.map(
    ({ fileName, label, bytes }) =>
      html`<span data-island="save" data-id="${fileName}" data-label="${label}">${label} <small>${formatBytes(bytes)}</small></span> `,
  )}</p>`;
}

/** A command that the script puts a button beside. */
export function copyable(command: string): Content {
  return html`<span data-island="copy" data-text="${command}"><code>${command}</code></span>`;
}
