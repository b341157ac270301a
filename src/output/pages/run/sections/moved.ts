import { formatBytes, formatCount, formatMs } from '../../../../core/format.ts';
import { HOP_NAMES } from '../../../../core/labels.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../view.ts';

/** What the jobs' data costs on its way between threads. */
export function movedSection({ moved }: ReportView): Content {
  if (moved.length === 0) return null;
  return html`<section id="moved" aria-labelledby="moved-title">
<h2 id="moved-title">Data between threads</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="moved-title">
<table class="summary">
<thead><tr>
<th scope="col">variant</th>
<th scope="col">way</th>
<th scope="col">messages</th>
<th scope="col">copied/job</th>
<th scope="col">transferred/job</th>
<th scope="col">main thread/job</th>
<th scope="col">workers/job</th>
<th scope="col">on its way, p50</th>
<th scope="col">p90</th>
</tr></thead>
<tbody>${moved.map(
    (row) => html`<tr>
<th scope="row">${variantName(row.variant)}</th>
<td>${HOP_NAMES[row.hop]}</td>
<td>${formatCount(row.messages)}</td>
<td>${formatBytes(row.copiedBytesPerJob)}</td>
<td>${formatBytes(row.transferredBytesPerJob)}${row.transferred === 0 ? null : html`<small>${formatCount(row.transferred)} messages</small>`}</td>
<td>${formatMs(row.mainMsPerJob)}</td>
<td>${formatMs(row.workersMsPerJob)}</td>
<td>${formatMs(row.underWayMs?.p50)}</td>
<td>${formatMs(row.underWayMs?.p90)}</td>
</tr>`,
  )}</tbody>
</table>
</div>
<p class="footnote">Messages with the jobs’ data in the traced trial. Thread times are CPU for writing and reading them. Reading is an
estimate: a sample is read once more. It holds about a quarter of the time that a large Buffer takes. On its way: from
before a message is posted until the receiver has it, which may be busy meanwhile. All of this took
${[...new Map(moved.map(({ variant, ownMs }) => [variant, ownMs]))].map(([variant, ms]) => `${formatMs(ms)} in ${variant}`).join(', ')}.</p>
</section>`;
}
