import { formatBytes, formatBytesWithin, formatCount, formatPlural, formatShare } from '../format.ts';
import type { AllocationView, AllocatorRow, Kind, KindView } from '../view/allocations.ts';
import type { ReportView } from '../view-model.ts';
import { type Content, html } from './markup.ts';
import { variantName } from './summary.ts';

const KIND_TITLES: Readonly<Record<Kind, string>> = {
  yours: 'your code',
  packages: 'packages',
  node: 'Node',
  v8: 'V8 and C++',
  threadmill: 'Threadmill',
};

/** Nothing at all for a run whose allocations were not sampled. */
export function allocationsSection({ allocations }: ReportView): Content {
  if (allocations.length === 0) return null;
  return html`<section id="allocations" aria-labelledby="allocations-title">
<h2 id="allocations-title">What allocates</h2>
${howToRead(allocations)}
${summaryTable(allocations)}
${allocations.map(variantBlock)}
</section>`;
}

function howToRead(allocations: readonly AllocationView[]): Content {
  const [first] = allocations;
  return html`<div class="howto columns" role="note">
<div><h3>How to read this</h3>
<p>Objects that a job makes have to be cleared away again: the more bytes, the more often garbage collection stops
the thread. These are bytes allocated, dead or alive, not memory in use.</p></div>
<div><h3>How sure it is</h3>
<p>V8 looks at one allocation in every ${formatBytes(first?.intervalBytes)}, at random. ± holds 95% of what such looks
give. It says nothing of how other runs would differ. A function that is not listed may still have allocated
${unseenRange(allocations)} per job.</p></div>
<div><h3>What is not in it</h3>
<p>Only objects of V8’s heap count. The contents of Buffers, typed arrays and some long strings lie outside of it:
of a body of 1 MB read as a Buffer, some hundred bytes are here.</p></div>
</div>`;
}

function unseenRange(allocations: readonly AllocationView[]): string {
  const limits = allocations.map(({ unseenPerJob }) => unseenPerJob);
  const least = formatBytes(Math.min(...limits));
  const most = formatBytes(Math.max(...limits));
  return least === most ? `up to ${most}` : `up to ${least} to ${most}, by variant,`;
}

function summaryTable(allocations: readonly AllocationView[]): Content {
  const kinds = allocations[0]?.kinds ?? [];
  return html`<div class="scroll" tabindex="0"><table class="allocated">
<caption>Bytes allocated per job, and by whom</caption>
<thead><tr><th scope="col">variant</th><th scope="col">per job</th>${kinds.map(
    ({ kind }) => html`<th scope="col">${KIND_TITLES[kind]}</th>`,
  )}<th scope="col">in all</th><th scope="col">jobs</th><th scope="col">samples</th></tr></thead>
<tbody>${allocations.map(summaryRow)}</tbody></table></div>
${allocations.map(caveatLine)}`;
}

function summaryRow({ variant, perJob, unseenPerJob, kinds, total, jobs, samples }: AllocationView): Content {
  const each =
    perJob === null ? `under ${formatBytes(unseenPerJob)}` : formatBytesWithin(perJob.bytes, perJob.error);
  return html`<tr class="v-${variant}"><th scope="row">${variantName(variant)}</th><td>${each}</td>${kinds.map(
    kindCell,
  )}<td>${formatBytes(total.bytes)}</td><td>${formatCount(jobs)}</td><td>${formatCount(samples)}</td></tr>`;
}

function kindCell({ perJob, share }: KindView): Content {
  if (perJob.bytes === 0) return html`<td>—</td>`;
  return html`<td>${formatBytes(perJob.bytes)} <small>${formatShare(share)}</small></td>`;
}

function caveatLine({ variant, caveat }: AllocationView): Content {
  return caveat === null ? null : html`<p class="caveat">${variantName(variant)}: ${caveat}</p>`;
}

function variantBlock(view: AllocationView): Content {
  const { variant, perJob, threads, jobs } = view;
  return html`<article class="profile v-${variant}" id="allocations-${variant}" aria-labelledby="allocations-${variant}-title">
<h3 id="allocations-${variant}-title">${variantName(variant)}</h3>
<p>${
    perJob === null
      ? 'No allocation was sampled.'
      : html`<b>${formatBytesWithin(perJob.bytes, perJob.error)} per job</b>, over ${formatPlural(jobs, 'job')}${threadsText(threads)}.`
  }</p>
${functionsTable(view)}
</article>`;
}

function threadsText(threads: AllocationView['threads']): string {
  if (threads.length < 2) return '';
  const each = threads.map(({ label, perJob }) => `${label} ${formatBytes(perJob.bytes)}`);
  return `: ${each.join(', ')}`;
}

function functionsTable({ functions, others }: AllocationView): Content {
  if (functions.length === 0) return null;
  return html`<details class="behind"><summary>Functions that allocate, as a table</summary>
<div class="scroll" tabindex="0"><table class="functions">
<caption>Functions by what they allocated themselves, per job, all threads</caption>
<thead><tr><th scope="col">function</th><th scope="col">self</th><th scope="col">share</th><th scope="col">with what it called</th></tr></thead>
<tbody>${functions.map(functionRow)}</tbody></table></div>
${others === 0 ? null : html`<p class="quiet">${formatPlural(others, 'more function')} allocated less.</p>`}
</details>`;
}

function functionRow({ name, place, self, total, share }: AllocatorRow): Content {
  return html`<tr><th scope="row">${name}${place === null ? null : html`<small>${place}</small>`}</th><td>${formatBytesWithin(self.bytes, self.error)}</td><td>${formatShare(share)}</td><td>${formatBytesWithin(total.bytes, total.error)}</td></tr>`;
}
