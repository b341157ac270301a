import { formatBytes, formatCount, formatMs } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../view.ts';

/** What a worker costs. */
export function workersSection({ workers }: ReportView): Content {
  if (workers.length === 0) return null;
  return html`<section id="workers" aria-labelledby="workers-title">
<h2 id="workers-title">What a worker costs</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="workers-title">
<table class="summary">
<thead><tr>
<th scope="col">variant</th>
<th scope="col">workers</th>
<th scope="col">start-up</th>
<th scope="col">RSS/worker</th>
<th scope="col">PSS/worker</th>
<th scope="col">main thread/task</th>
<th scope="col">all CPU/task</th>
<th scope="col" class="text">when one ends</th>
</tr></thead>
<tbody>${workers.map(
    (row) => html`<tr>
<th scope="row">${variantName(row.variant)}</th>
<td>${formatCount(row.workers)}</td>
<td>${formatMs(row.startupMs)}</td>
<td>${formatBytes(row.rssBytes)}</td>
<td>${formatBytes(row.pssBytes)}</td>
<td>${formatMs(row.taskMs?.main)}</td>
<td>${formatMs(row.taskMs?.all)}</td>
<td class="text">${row.onCrash}</td>
</tr>`,
  )}</tbody>
</table>
</div>
<p class="footnote">Read once, before the first trial. Start-up: of all workers, with the workload and the main thread’s part.
RSS: resident memory of a process, or by how much that of the runner rose for each thread. PSS: the same with what
processes share divided among them. Task: CPU of one that does nothing, by a thousand of them.</p>
</section>`;
}
