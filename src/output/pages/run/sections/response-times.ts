import { metricCell } from '../../../../analysis/metric-units.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { scheduleColumns, titled } from '../../../metric-columns.ts';
import type { SummaryRow } from '../view.ts';

/** On a schedule: what users would wait, and what of it was service and what lateness. */
export function responseTimes(rows: readonly SummaryRow[]): Content {
  const { response, parts } = scheduleColumns(rows);
  const columns = [...titled('response', response), ...parts];
  return html`<h3 id="response-title">Response times</h3>
<div class="scroll" tabindex="0" role="group" aria-labelledby="response-title"><table class="summary">
<thead><tr><th scope="col">variant</th>${columns.map(({ head }) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ variant, figures }) =>
      html`<tr><th scope="row">${variantName(variant)}</th>${columns.map(({ name }) => html`<td>${metricCell(name, figures[name])}</td>`)}</tr>`,
  )}</tbody>
</table></div>`;
}
