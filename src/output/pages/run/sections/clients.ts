import { formatBytes, formatCount } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { CLIENTS_NOTE } from '../../../view/run/clients.ts';
import type { ReportView } from '../../../view/run.ts';

/** What the HTTP clients cost, and in what else they differ. */
export function clientsSection({ clients }: ReportView): Content {
  if (clients.length === 0) return null;
  return html`${table(
    ['variant', 'client', 'jobs/s', 'CPU/job', 'median latency'],
    clients.map((row) => [
      ...[variantName(row.variant), `${row.client} ${row.version}`],
      ...[row.jobsPerSecond, row.cpuPerJob, row.latency],
    ]),
    { look: 'summary', label: 'clients-title', role: 'region', texts: [1] },
  )}
<h3 id="clients-differ">What differs between them</h3>
${table(
  [
    ...['variant', 'connections', 'opened in a trial', 'bytes/job'],
    ...['headers that it adds', 'decompression', 'phases', 'makes times incomparable'],
  ],
  clients.map((row) => [
    ...[variantName(row.variant), formatCount(row.connections), formatCount(row.connectionsOpened)],
    ...[formatBytes(row.bytesPerJob), row.addedHeaders ?? 'none', row.decompresses ? 'always' : 'never'],
    ...[row.tellsPhases ? 'known' : 'not known', row.matters ?? 'nothing'],
  ]),
  { look: 'summary', label: 'clients-differ', role: 'region', texts: [4, 5, 6, 7] },
)}
<p class="footnote">${CLIENTS_NOTE}</p>`;
}
