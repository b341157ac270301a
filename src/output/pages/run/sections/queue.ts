import {
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
  listed,
  NONE,
} from '../../../../core/format.ts';
import { QUEUE_PART_NAMES } from '../../../../core/labels.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../../../view/run/model.ts';
import type { QueueView } from '../../../view/run/queue.ts';

/** Rows of the table of workers that stand open. */
const OPEN_ROWS = 16;

/** What a job on a queue costs, what its time goes into, and who ran it. */
export function queueSection({ queue }: ReportView): Content {
  if (queue === null) return null;
  return html`${costTable(queue)}
${latencyTable(queue)}
${workerTable(queue)}`;
}

function costTable({ costs }: QueueView): Content {
  const { cpuMsPerJob, busy, ceilings, bytesPerJob, variant } = costs;
  const rows = [
    ['workers', cpuMsPerJob.workers, busy.workers, null],
    ['coordinator', cpuMsPerJob.coordinator, busy.coordinator, ceilings.coordinator],
    ['queue server', cpuMsPerJob.server, busy.server, ceilings.server],
  ] as const;
  return html`${table(
    [variantName(variant), 'CPU/job', 'busy', 'always busy at'],
    rows.map(([name, ms, share, ceiling]) => [
      ...[name, formatMs(ms), formatShare(share)],
      ceiling === null
        ? NONE
        : html`${formatNumber(ceiling.estimate)} jobs/s<small>${formatNumber(ceiling.low)}–${formatNumber(ceiling.high)}</small>`,
    ]),
    { look: 'summary', label: 'queue-title', role: 'region' },
  )}
<p class="footnote">Medians over the trials. Busy: CPU ÷ wall time; of the workers, of the threads that run jobs. Always busy at: the rate that would take all of one
CPU, at this CPU per job, with its 95% CI.${bytesPerJob === null ? null : ` ${formatBytes(bytesPerJob)} per job to and from the queue server.`}</p>`;
}

function latencyTable({ latency }: QueueView): Content {
  if (latency.length === 0) return null;
  return html`<h3 id="queue-latency">Time of a job</h3>
${table(
  ['part', 'mean', 'p50', 'p90', 'max'],
  latency.map(({ part, meanMs, p50, p90, max }) => [
    QUEUE_PART_NAMES[part],
    ...[meanMs, p50, p90, max].map(formatMs),
  ]),
  { look: 'summary', label: 'queue-latency', role: 'region' },
)}
<p class="footnote">Of a traced trial, from being added to the queue until the coordinator has the result. In a closed loop all jobs are added
at the start: the wait for a free slot then grows with the number of jobs. Start: from a free slot until the job runs.</p>`;
}

function workerTable({ workers, reRuns, duplicates, lostRows }: QueueView): Content {
  if (workers.length === 0) return null;
  const counted = [
    formatPlural(reRuns, 'job was started again', 'jobs were started again'),
    formatPlural(duplicates, 'result came twice', 'results came twice'),
    ...(lostRows === 0
      ? []
      : [formatPlural(lostRows, 'row was lost by the store', 'rows were lost by the store')]),
  ];
  const shown = table(
    ['host', 'process', 'trials', 'jobs', 'CPU', 'CPU/job', 'clock error'],
    workers.map(({ host, pid, trials, jobs, cpuMs, cpuMsPerJob, clockErrorMs, isLost }) => [
      ...[host, html`${pid}${isLost ? html`<small class="bad">lost</small>` : null}`],
      ...[formatCount(trials), formatCount(jobs), formatMs(cpuMs), formatMs(cpuMsPerJob)],
      clockErrorMs === 0 ? '0' : `±${formatMs(clockErrorMs)}`,
    ]),
    { look: 'summary', label: 'queue-workers', role: 'region' },
  );
  return html`<h3 id="queue-workers">Workers</h3>
${workers.length <= OPEN_ROWS ? shown : html`<details class="behind"><summary>All ${formatCount(workers.length)} workers</summary>${shown}</details>`}
<p class="footnote">Over all timed trials. ${listed(counted)}. Clock error: how far the times of a worker may be off on the axis of the timelines; 0 on the machine of the coordinator. Durations are not affected.</p>`;
}
