import { metricCell } from '../../../../analysis/metric-units.ts';
import { BYTES_NOTE, formatFactor, formatMs } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ComparePageView } from '../../../view/compare.ts';
import { columnsOf, type MetricColumn } from '../../../view/metric-columns.ts';
import type { SummaryRow } from '../../../view/run/model.ts';

export function bothTable({ rows, comparison }: ComparePageView): Content {
  const summaries = rows.flatMap(({ sides }) => [sides.before ?? [], sides.after ?? []].flat());
  const columns = columnsOf(['cost', 'latency'], summaries);
  const what = comparison.quantity === 'wall' ? 'time' : 'mean response';
  return html`<details class="behind"><summary>Summaries of both runs</summary>
<div class="scroll" tabindex="0"><table class="breakdowns">
<thead><tr><th scope="col">variant</th><th scope="col">${what}</th><th scope="col">speedup</th>${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}</tr></thead>
${rows.map(({ variant, sides }) => html`<tbody><tr><th scope="row" colspan="${columns.length + 3}">${variantName(variant)}</th></tr>${row('before', sides.before, columns)}${row('after', sides.after, columns)}</tbody>`)}
</table></div>
<p class="footnote">Medians over the rounds. ${BYTES_NOTE}.</p></details>`;
}

function row(which: string, summary: SummaryRow | null, columns: readonly MetricColumn[]): Content {
  if (summary === null) {
    return html`<tr class="sub"><th scope="row">${which}</th><td colspan="${columns.length + 2}">not in this run</td></tr>`;
  }
  const { comparedMs, isBaseline, speedup, figures } = summary;
  return html`<tr class="sub"><th scope="row">${which}</th>
<td>${formatMs(comparedMs?.estimate)}</td>
<td>${isBaseline ? 'baseline' : formatFactor(speedup?.estimate)}</td>
${columns.map(({ name }) => html`<td>${metricCell(name, figures[name])}</td>`)}</tr>`;
}
