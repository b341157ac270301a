import type { LatencySummary } from '../../../../core/documents/run-record.ts';
import { formatMs } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { SummaryRow } from '../view.ts';

type Percentile = keyof LatencySummary;

const NAMES: Readonly<Record<Percentile, string>> = {
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  p999: 'p99.9',
  max: 'max',
};

interface Group {
  readonly title: string;
  readonly shown: readonly Percentile[];
  of(row: SummaryRow): LatencySummary | null;
}

/** On a schedule: what users would wait, and what of it was service and what lateness. */
export function responseTimes(rows: readonly SummaryRow[]): Content {
  const tail: readonly Percentile[] = rows.some(({ open }) => open?.responseMs.p999 != null) ? ['p999'] : [];
  const groups: readonly Group[] = [
    {
      title: 'response',
      shown: ['p50', 'p90', 'p99', ...tail, 'max'],
      of: ({ open }) => open?.responseMs ?? null,
    },
    {
      title: 'service',
      shown: ['p50', 'p99'],
      of: ({ open, latencyMs }) => (open === null ? null : latencyMs),
    },
    { title: 'late', shown: ['p50', 'p99', 'max'], of: ({ open }) => open?.latenessMs ?? null },
  ];
  return html`<h3 id="response-title">Response times</h3>
<div class="scroll" tabindex="0" role="group" aria-labelledby="response-title"><table class="summary">
<thead><tr><th scope="col">variant</th>${groups.map(({ title, shown }) => shown.map((name, i) => html`<th scope="col">${i === 0 ? `${title} ` : ''}${NAMES[name]}</th>`))}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${variantName(row.variant)}</th>${groups.map(({ shown, of }) => shown.map((name) => html`<td>${formatMs(of(row)?.[name])}</td>`))}</tr>`,
  )}</tbody>
</table></div>`;
}
