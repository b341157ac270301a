import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { CLIENT_COSTS, CLIENT_DIFFERENCES, CLIENTS_NOTE } from '../../../view/run/clients.ts';
import type { ReportView } from '../../../view/run/model.ts';

/** What the HTTP clients cost, and in what else they differ. */
export function clientsSection({ clients }: ReportView): Content {
  if (clients.length === 0) return null;
  return html`${table(
    ['variant', 'client', ...CLIENT_COSTS.map(([head]) => head)],
    clients.map((row) => [
      ...[variantName(row.variant), `${row.client} ${row.version}`],
      ...CLIENT_COSTS.map(([, cell]) => cell(row)),
    ]),
    { look: 'summary', label: 'clients-title', role: 'region', texts: [1] },
  )}
<h3 id="clients-differ">What differs between them</h3>
${table(
  [
    ...['variant', ...CLIENT_DIFFERENCES.map(([head]) => head)],
    ...['headers that it adds', 'makes times incomparable'],
  ],
  clients.map((row) => [
    ...[variantName(row.variant), ...CLIENT_DIFFERENCES.map(([, cell]) => cell(row))],
    ...[row.addedHeaders ?? 'none', row.matters ?? 'nothing'],
  ]),
  { look: 'summary', label: 'clients-differ', role: 'region', texts: [6, 7] },
)}
<p class="footnote">${CLIENTS_NOTE}</p>`;
}
