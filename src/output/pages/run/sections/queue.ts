import {
  formatBytes,
  formatCount,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
  listed,
} from '../../../../core/format.ts';
import { QUEUE_PART_NAMES } from '../../../../core/labels.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { QueueView } from '../view/queue.ts';
import type { ReportView } from '../view.ts';

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
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="queue-title"><table class="summary">
<thead><tr><th scope="col">${variantName(variant)}</th><th scope="col">CPU/job</th><th scope="col">busy</th><th scope="col">always busy at</th></tr></thead>
<tbody>${rows.map(
    ([name, ms, share, ceiling]) =>
      html`<tr><th scope="row">${name}</th><td>${formatMs(ms)}</td><td>${formatShare(share)}</td><td>${ceiling === null ? '—' : html`${formatNumber(ceiling.estimate)} jobs/s<small>${formatNumber(ceiling.low)}–${formatNumber(ceiling.high)}</small>`}</td></tr>`,
  )}</tbody>
</table></div>
<p class="footnote">Medians over the trials. Busy: CPU ÷ wall time; of the workers, of the threads that run jobs. Always busy at: the rate that would take all of one
CPU, at this CPU per job, with its 95% CI.${bytesPerJob === null ? null : ` ${formatBytes(bytesPerJob)} per job to and from the queue server.`}</p>`;
}

function latencyTable({ latency }: QueueView): Content {
  if (latency.length === 0) return null;
  return html`<h3 id="queue-latency">Time of a job</h3>
<div class="scroll" tabindex="0" role="region" aria-labelledby="queue-latency"><table class="summary">
<thead><tr><th scope="col">part</th><th scope="col">mean</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">max</th></tr></thead>
<tbody>${latency.map(
    ({ part, meanMs, p50, p90, max }) =>
      html`<tr><th scope="row">${QUEUE_PART_NAMES[part]}</th><td>${formatMs(meanMs)}</td><td>${formatMs(p50)}</td><td>${formatMs(p90)}</td><td>${formatMs(max)}</td></tr>`,
  )}</tbody>
</table></div>
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
  const table = html`<div class="scroll" tabindex="0" role="region" aria-labelledby="queue-workers"><table class="summary">
<thead><tr><th scope="col">host</th><th scope="col">process</th><th scope="col">trials</th><th scope="col">jobs</th><th scope="col">CPU</th><th scope="col">CPU/job</th><th scope="col">clock error</th></tr></thead>
<tbody>${workers.map(
    ({ host, pid, trials, jobs, cpuMs, cpuMsPerJob, clockErrorMs, isLost }) =>
      html`<tr><th scope="row">${host}</th><td>${pid}${isLost ? html`<small class="bad">lost</small>` : null}</td><td>${formatCount(trials)}</td><td>${formatCount(jobs)}</td><td>${formatMs(cpuMs)}</td><td>${formatMs(cpuMsPerJob)}</td><td>${clockErrorMs === 0 ? '0' : `±${formatMs(clockErrorMs)}`}</td></tr>`,
  )}</tbody>
</table></div>`;
  return html`<h3 id="queue-workers">Workers</h3>
${workers.length <= OPEN_ROWS ? table : html`<details class="behind"><summary>All ${formatCount(workers.length)} workers</summary>${table}</details>`}
<p class="footnote">Over all timed trials. ${listed(counted)}. Clock error: how far the times of a worker may be off on the axis of the timelines; 0 on the machine of the coordinator. Durations are not affected.</p>`;
}
