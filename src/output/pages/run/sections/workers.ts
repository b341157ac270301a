import { formatBytes, formatCount, formatMs } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../view.ts';

/** What a worker costs. */
export function workersSection({ workers }: ReportView): Content {
  if (workers.length === 0) return null;
  const hasPss = workers.some(({ pssBytes }) => pssBytes !== null);
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="workers-title">
<table class="summary">
<thead><tr>
<th scope="col">variant</th>
<th scope="col">workers</th>
<th scope="col">start-up</th>
<th scope="col">RSS/worker</th>
${hasPss ? html`<th scope="col">PSS/worker</th>\n` : null}<th scope="col">main thread/task</th>
<th scope="col">all CPU/task</th>
<th scope="col" class="text">if a worker exits</th>
</tr></thead>
<tbody>${workers.map(
    (row) => html`<tr>
<th scope="row">${variantName(row.variant)}</th>
<td>${formatCount(row.workers)}</td>
<td>${formatMs(row.startupMs)}</td>
<td>${formatBytes(row.rssBytes)}</td>
${hasPss ? html`<td>${formatBytes(row.pssBytes)}</td>\n` : null}<td>${formatMs(row.taskMs?.main)}</td>
<td>${formatMs(row.taskMs?.all)}</td>
<td class="text">${row.onCrash}</td>
</tr>`,
  )}</tbody>
</table>
</div>
<p class="footnote">Measured once, before the first trial. Start-up: all workers together, including loading the workload and the main
thread’s share. RSS: resident memory of a process, or the growth of the runner’s per thread.${
    hasPss ? ' PSS: RSS with shared memory divided among the processes.' : null
  } Task: CPU of an empty task, mean of a thousand.</p>`;
}
