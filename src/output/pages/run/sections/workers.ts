import { formatBytes, formatCount, formatMs } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../../../view/run.ts';

/** What a worker costs. */
export function workersSection({ workers }: ReportView): Content {
  if (workers.length === 0) return null;
  const hasPss = workers.some(({ pssBytes }) => pssBytes !== null);
  const pss = <T>(content: T) => (hasPss ? [content] : []);
  return html`${table(
    [
      ...['variant', 'workers', 'start-up', 'RSS/worker', ...pss('PSS/worker')],
      ...['main thread/task', 'all CPU/task', 'if a worker exits'],
    ],
    workers.map((row) => [
      ...[variantName(row.variant), formatCount(row.workers), formatMs(row.startupMs)],
      ...[formatBytes(row.rssBytes), ...pss(formatBytes(row.pssBytes))],
      ...[formatMs(row.taskMs?.main), formatMs(row.taskMs?.all), row.onCrash],
    ]),
    { look: 'summary', label: 'workers-title', role: 'region', texts: [hasPss ? 7 : 6] },
  )}
<p class="footnote">Measured once, before the first trial. Start-up: all workers together, including loading the workload and the main
thread’s share. RSS: resident memory of a process, or the growth of the runner’s per thread.${
    hasPss ? ' PSS: RSS with shared memory divided among the processes.' : null
  } Task: CPU of an empty task, mean of a thousand.</p>`;
}
