import { metricCell } from '../../../../analysis/metric-units.ts';
import {
  BYTES_NOTE,
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  NONE,
} from '../../../../core/format.ts';
import { PARTIAL_NOTE, TAILS_NOTE } from '../../../../core/labels.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { columnsOf, type MetricColumn, scheduleColumns, titled } from '../../../view/metric-columns.ts';
import type { ReportView, SummaryRow } from '../../../view/run/model.ts';
import { pairsTable } from './pairs.ts';

export function summarySection(view: ReportView): Content {
  const { compared, rows } = view;
  const closed = compared === 'wall';
  const columns = columnsOf(closed ? ['cost', 'latency'] : ['cost'], rows).toSorted(
    (a, b) => Number(b.name === 'failed') - Number(a.name === 'failed'),
  );
  const ofWhat = closed ? 'wall time' : 'mean response time';
  return html`<p class="sideways" aria-hidden="true">More columns to the right: scroll the table sideways →</p>
<div class="scroll" tabindex="0" role="group" aria-labelledby="summary-title">
<table class="summary">
<thead><tr>
<th scope="col">variant</th>
<th scope="col">${closed ? 'time, median' : 'mean response'}<small>quartiles</small></th>
<th scope="col">speedup<small>${rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather') ? '95% CI' : 'quartiles'}</small></th>
${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}
<th scope="col">threads</th>
</tr></thead>
<tbody>${rows.map((row) => summaryRow(row, columns))}</tbody>
</table>
</div>
${closed ? null : responseTimes(rows)}
<p class="footnote">Medians over the rounds. The speedup is paired: in each round, the ${ofWhat} of ${view.baseline} divided by
that of the variant. ${TAILS_NOTE[compared]} CPU is user + system time of the whole process per trial; main/job is the CPU of the main thread per job. Stall is the
worst event-loop delay over all rounds. Start-up happens once and is not part of wall time. ${BYTES_NOTE}.${rows.some(({ isPartial }) => isPartial) ? ` * ${PARTIAL_NOTE}` : null}</p>
${pairsTable(view.pairs)}`;
}

function summaryRow(row: SummaryRow, columns: readonly MetricColumn[]): Content {
  const { comparedMs, speedup, figures } = row;
  return html`<tr class="${row.isRecommended ? 'recommended' : ''}">
<th scope="row">${variantName(row.variant)}${row.isPartial ? html`<small class="note">jobs failed: no claim *</small>` : null}${row.note === null ? null : html`<small class="note">${row.note}</small>`}</th>
<td><b>${formatMs(comparedMs?.estimate)}</b>${comparedMs === null ? null : html`<small>${formatMsRange(comparedMs.low, comparedMs.high)}</small>`}</td>
<td>${speedupCell(row, speedup)}</td>
${columns.map(({ name }) => html`<td>${name === 'failed' ? failedCell(row) : metricCell(name, figures[name])}</td>`)}
<td>${formatCount(row.threads)}</td>
</tr>`;
}

function speedupCell(row: SummaryRow, speedup: SummaryRow['speedup']): Content {
  if (row.isBaseline) return html`<span class="quiet">baseline</span>`;
  if (speedup === null) return NONE;
  return html`<b>${formatFactor(speedup.estimate)}</b><small>${formatFactorRange(speedup.low, speedup.high)}</small>`;
}

function failedCell({ failedJobs, failed, startedTrials }: SummaryRow): Content {
  if (startedTrials === 0) return NONE;
  if (failedJobs === 0) return html`<span class="quiet">0</span>`;
  return html`<b class="bad">${formatCount(failedJobs)}</b>${failed.map(
    ({ outcome, jobs }) => html`<small>${formatCount(jobs)} ${outcome}</small>`,
  )}`;
}

/** On a schedule: what users would wait, and what of it was service and what lateness. */
function responseTimes(rows: readonly SummaryRow[]): Content {
  const { response, parts } = scheduleColumns(rows);
  const columns = [...titled('response', response), ...parts];
  return html`<h3 id="response-title">Response times</h3>
${table(
  ['variant', ...columns.map(({ head }) => head)],
  rows.map(({ variant, figures }) => [
    variantName(variant),
    ...columns.map(({ name }) => metricCell(name, figures[name])),
  ]),
  { look: 'summary', label: 'response-title' },
)}`;
}
