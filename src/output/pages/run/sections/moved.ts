import { formatBytes, formatCount, formatMs } from '../../../../core/format.ts';
import { HOP_NAMES } from '../../../../core/labels.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../../../view/run/model.ts';
import type { MovedRow } from '../../../view/run/moved.ts';

/** The colours are those of the time breakdown. */
const PARTS = {
  copied: 'part-messaging',
  transferred: 'part-idle',
  main: 'part-user-cpu',
  workers: 'part-client-cpu',
} as const;

/** Cost of moving jobs' data between threads: bytes and CPU in each direction, as bars. */
export function movedSection({ moved }: ReportView): Content {
  if (moved.length === 0) return null;
  const [mostBytes, mostMs] = [bytesOf, msOf].map((of) => Math.max(...moved.map(of)));
  return html`<ul class="parts"><li class="${PARTS.copied}">copied</li><li class="${PARTS.transferred}">transferred</li><li class="${PARTS.main}">CPU of the main thread</li><li class="${PARTS.workers}">CPU of worker threads</li></ul>
<div class="scroll breakdown" tabindex="0" role="region" aria-labelledby="moved-title">
<table class="summary moved">
<thead><tr>
<th scope="col">variant</th>
<th scope="col">direction</th>
<th scope="col">bytes per job<small>copied + transferred</small></th>
<th scope="col">CPU per job<small>main thread + workers</small></th>
<th scope="col">messages</th>
<th scope="col">in transit<small>p50, p90</small></th>
</tr></thead>
<tbody>${moved.map(
    (row) => html`<tr>
<th scope="row">${variantName(row.variant)}</th>
<td>${HOP_NAMES[row.hop]}</td>
<td class="bars">${formatBytes(row.copiedBytesPerJob)} + ${formatBytes(row.transferredBytesPerJob)}${bar(
      mostBytes!,
      [
        [PARTS.copied, row.copiedBytesPerJob],
        [PARTS.transferred, row.transferredBytesPerJob],
      ],
    )}</td>
<td class="bars">${formatMs(row.mainMsPerJob)} + ${formatMs(row.workersMsPerJob)}${bar(mostMs!, [
      [PARTS.main, row.mainMsPerJob],
      [PARTS.workers, row.workersMsPerJob],
    ])}</td>
<td>${formatCount(row.messages)}${row.transferred === 0 ? null : html`<small>${formatCount(row.transferred)} transferred</small>`}</td>
<td>${formatMs(row.underWayMs?.p50)}<small>${formatMs(row.underWayMs?.p90)}</small></td>
</tr>`,
  )}</tbody>
</table>
</div>
<p class="footnote">Messages with the jobs’ data in the traced trial. CPU is that of serializing and deserializing them. Deserializing is an
estimate: a sample is read a second time. For a large Buffer the estimate has about a quarter of the true time. In transit:
from before a message is posted until the receiver has it, including time in which the receiver is busy. Measuring took
${[...new Map(moved.map(({ variant, ownMs }) => [variant, ownMs]))].map(([variant, ms]) => `${formatMs(ms)} in ${variant}`).join(', ')}.</p>`;
}

function bytesOf({ copiedBytesPerJob, transferredBytesPerJob }: MovedRow): number {
  return copiedBytesPerJob + transferredBytesPerJob;
}

function msOf({ mainMsPerJob, workersMsPerJob }: MovedRow): number {
  return mainMsPerJob + workersMsPerJob;
}

/** Decorative: the figures are beside it. */
function bar(most: number, parts: readonly (readonly [part: string, value: number])[]): Content {
  let from = 0;
  return html`<svg width="100%" height="10" aria-hidden="true">${parts.map(([part, value]) => {
    const x = from;
    from += most > 0 ? (100 * value) / most : 0;
    return html`<rect class="${part}" x="${x.toFixed(2)}%" width="${(from - x).toFixed(2)}%" height="10"/>`;
  })}</svg>`;
}
