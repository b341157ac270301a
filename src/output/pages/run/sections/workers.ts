import { formatCount } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../../../view/run/model.ts';
import { workerColumns } from '../../../view/run/workers.ts';

/** What a worker costs. */
export function workersSection({ workers }: ReportView): Content {
  if (workers.length === 0) return null;
  const columns = workerColumns(workers);
  return html`${table(
    ['variant', 'workers', ...columns.map(([head]) => head), 'if a worker exits'],
    workers.map((row) => [
      ...[variantName(row.variant), formatCount(row.workers)],
      ...[...columns.map(([, cell]) => cell(row)), row.onCrash],
    ]),
    { look: 'summary', label: 'workers-title', role: 'region', texts: [columns.length + 2] },
  )}
<p class="footnote">Measured once, before the first trial. Start-up: all workers together, including loading the workload and the main
thread’s share. RSS: resident memory of a process, or the growth of the runner’s per thread.${
    workers.some(({ pssBytes }) => pssBytes !== null)
      ? ' PSS: RSS with shared memory divided among the processes.'
      : null
  } Task: CPU of an empty task, mean of a thousand, of the main thread and of
all threads.</p>`;
}
