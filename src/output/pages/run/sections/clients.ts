import { formatBytes, formatCount } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { CLIENTS_NOTE } from '../view/clients.ts';
import type { ReportView } from '../view.ts';

/** What the HTTP clients cost, and in what else they differ. */
export function clientsSection({ clients }: ReportView): Content {
  if (clients.length === 0) return null;
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="clients-title">
<table class="summary">
<thead><tr>
<th scope="col">variant</th>
<th scope="col" class="text">client</th>
<th scope="col">jobs/s</th>
<th scope="col">CPU/job</th>
<th scope="col">median latency</th>
</tr></thead>
<tbody>${clients.map(
    (row) => html`<tr>
<th scope="row">${variantName(row.variant)}</th>
<td class="text">${row.client} ${row.version}</td>
<td>${row.jobsPerSecond}</td>
<td>${row.cpuPerJob}</td>
<td>${row.latency}</td>
</tr>`,
  )}</tbody>
</table>
</div>
<h3 id="clients-differ">What differs between them</h3>
<div class="scroll" tabindex="0" role="region" aria-labelledby="clients-differ">
<table class="summary">
<thead><tr>
<th scope="col">variant</th>
<th scope="col">connections</th>
<th scope="col">opened in a trial</th>
<th scope="col">bytes/job</th>
<th scope="col" class="text">headers that it adds</th>
<th scope="col" class="text">decompression</th>
<th scope="col" class="text">phases</th>
<th scope="col" class="text">makes times incomparable</th>
</tr></thead>
<tbody>${clients.map(
    (row) => html`<tr>
<th scope="row">${variantName(row.variant)}</th>
<td>${formatCount(row.connections)}</td>
<td>${formatCount(row.connectionsOpened)}</td>
<td>${formatBytes(row.bytesPerJob)}</td>
<td class="text">${row.addedHeaders ?? 'none'}</td>
<td class="text">${row.decompresses ? 'always' : 'never'}</td>
<td class="text">${row.tellsPhases ? 'known' : 'not known'}</td>
<td class="text">${row.matters ?? 'nothing'}</td>
</tr>`,
  )}</tbody>
</table>
</div>
<p class="footnote">${CLIENTS_NOTE}</p>`;
}
