import type { PageFlame } from '../../../../core/documents/flame.ts';
import {
  formatBytes,
  formatBytesWithin,
  formatCount,
  formatMicros,
  formatPlural,
  formatRoughBytes,
  formatShare,
  NONE,
} from '../../../../core/format.ts';
import { CATEGORY_NAMES } from '../../../../core/labels.ts';
import { closedExplainer, foldedBlock, tabs, variantFold } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type {
  Allocated,
  AllocationsView,
  AllocationVariant,
  AllocatorRow,
  Kind,
} from '../../../view/run/allocations.ts';
import { HOTTEST } from '../../../view/run/hot-lines.ts';
import type { ReportView } from '../../../view/run/model.ts';

const TAB = 'allocations';
/** Functions in the open table; the others are folded up below it. */
const SHOWN = 6;

const KIND_TITLES: Readonly<Record<Kind, string>> = {
  yours: 'your code',
  packages: 'packages',
  node: 'Node',
  v8: 'V8 and C++ alone',
  threadmill: 'Threadmill',
};

/** What the script draws in the islands of this section. */
export function flamesOfAllocations(view: AllocationsView | null): PageFlame[] {
  return (view?.variants ?? []).map(({ variant, jobs, flame }) => ({
    ...{ id: flameId(variant), label: variant, jobs, measures: 'bytes', data: flame },
  }));
}

function flameId(variant: string): string {
  return `heap-${variant}`;
}

/** Null for a run whose allocations were not sampled. */
export function allocationsSection({ allocations: view, differential }: ReportView): Content {
  if (view === null) return null;
  const { variants } = view;
  // The same variants as of the CPU's flamegraphs.
  const found = (name: string | undefined) => variants.find(({ variant }) => variant === name);
  const pair = [found(differential?.a), found(differential?.b)].filter((each) => each !== undefined);
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="allocations-title">${functionsTable(view)}</div>
${variants.map(caveatLine)}
<div class="asides">${explainer(variants)}
${moreFunctions(view)}
${sampledTable(variants)}</div>
<details class="behind"><summary>Flamegraphs of what is allocated</summary>
<p class="footnote">Boxes are functions, widths are bytes. Here built-in functions have boxes of their own, as native code. The table above
adds them to their callers.</p>
${tabs([...variants.map(variantTrial), compareTrial(pair.length === 2 ? pair : variants)])}
</details>`;
}

function explainer(variants: readonly AllocationVariant[]): Content {
  return closedExplainer(
    'How to read allocations',
    html`<p>Bytes allocated per job on V8’s heap, summed over all threads, including memory freed since. More allocation means
more garbage collection, which stops the thread. This is not the memory in use.</p>
<p>V8 samples about one allocation per ${formatBytes(variants[0]?.intervalBytes)}; ± is the 95% sampling error. A function
that is not listed, or has a ${NONE}, may still have allocated ${unseenRange(variants)} per job.</p>
<p>The contents of Buffers and typed arrays are not on this heap and not counted. What a built-in function such as
<code>JSON.parse</code> allocates counts for its caller. The flamegraphs show built-in functions separately.</p>
<p>Each timed trial starts with an empty young generation. A short trial may see no garbage collection where a
long-running program would.</p>`,
  );
}

function unseenRange(variants: readonly AllocationVariant[]): string {
  const limits = variants.map(({ unseen }) => unseen);
  const least = formatBytes(Math.min(...limits));
  const most = formatBytes(Math.max(...limits));
  return least === most ? `up to ${most}` : `up to ${least} to ${most}, by variant,`;
}

function functionsTable({ variants, kinds, functions }: AllocationsView): Content {
  const most = Math.max(...functions.flatMap(({ perJob }) => perJob.map((each) => each?.self.bytes ?? 0)));
  return html`<table class="hot">
<caption>Bytes allocated per job, ± sampling error</caption>
<thead><tr><th scope="col">function</th>${variants.map(({ variant }) => html`<th scope="col">${variantName(variant)}</th>`)}</tr></thead>
<tbody class="whole"><tr><th scope="row">total</th>${variants.map(totalCell)}</tr></tbody>
<tbody class="inline">${groupRow('by owner of the code', variants.length)}${kinds.map(
    ({ kind, perJob }) =>
      html`<tr><th scope="row">${KIND_TITLES[kind]}</th>${perJob.map(({ bytes, share }) => (bytes === 0 ? html`<td>${NONE}</td>` : html`<td>${formatBytes(bytes)}<small>${formatShare(share)}</small></td>`))}</tr>`,
  )}</tbody>
<tbody>${groupRow('by function, self', variants.length)}${functions.slice(0, SHOWN).map((row) => functionRow(row, most))}</tbody>
<tbody class="inline">${groupRow('garbage collection, in timed trials', variants.length)}<tr><th scope="row">pauses</th>${variants.map(pauseCell)}</tr></tbody>
</table>`;
}

function moreFunctions({ variants, functions }: AllocationsView): Content {
  const more = functions.slice(SHOWN);
  if (more.length === 0) return null;
  return html`<details class="behind"><summary>${formatPlural(more.length, 'more function')}</summary>
<div class="scroll" tabindex="0"><table class="hot">
<thead><tr><th scope="col">function</th>${variants.map(({ variant }) => html`<th scope="col">${variantName(variant)}</th>`)}</tr></thead>
<tbody>${more.map((row) => functionRow(row, 0))}</tbody></table></div></details>`;
}

function groupRow(title: string, columns: number): Content {
  return html`<tr class="group"><th scope="rowgroup" colspan="${columns + 1}">${title}</th></tr>`;
}

function pauseCell({ gc }: AllocationVariant): Content {
  if (gc === null) return html`<td>${NONE}</td>`;
  return html`<td>${formatMicros(gc.pausePerJobUs)}<small>${formatCount(gc.collections)} in ${formatCount(gc.jobs)} jobs</small></td>`;
}

function functionRow({ name, place, category, perJob }: AllocatorRow, most: number): Content {
  const where = place === null || category === 'native' ? CATEGORY_NAMES[category] : place;
  return html`<tr class="${category}"><th scope="row">${name}<small>${where}</small></th>${perJob.map((each) => selfCell(each, most))}</tr>`;
}

function selfCell(allocated: Allocated | null, most: number): Content {
  if (allocated === null || allocated.self.bytes === 0) return html`<td>${NONE}</td>`;
  const { bytes, error } = allocated.self;
  const heat = most > 0 ? Math.ceil((HOTTEST * bytes) / most) : 0;
  return html`<td class="heat-${heat}">${formatBytes(bytes)}<small>± ${formatRoughBytes(error)}</small></td>`;
}

function totalCell({ perJob, unseen }: AllocationVariant): Content {
  if (perJob.bytes === 0) return html`<td>under ${formatBytes(unseen)}</td>`;
  return html`<td>${formatBytes(perJob.bytes)}<small>± ${formatRoughBytes(perJob.error)}</small></td>`;
}

function caveatLine({ variant, caveat }: AllocationVariant): Content {
  return caveat === null ? null : html`<p class="caveat">${variantName(variant)}: ${caveat}</p>`;
}

/** What the one table leaves out: threads apart, and how much was sampled. */
function sampledTable(variants: readonly AllocationVariant[]): Content {
  return html`<details class="behind"><summary>By thread, with sample counts</summary>
<div class="scroll" tabindex="0"><table class="functions">
<thead><tr><th scope="col">variant</th><th scope="col">per job</th><th scope="col">total</th><th scope="col">jobs</th><th scope="col">samples</th></tr></thead>
<tbody>${variants.map(
    ({
      variant,
      perJob,
      all,
      jobs,
      samples,
      threads,
    }) => html`<tr><th scope="row">${variantName(variant)}</th><td>${within(perJob)}</td><td>${formatBytes(all.bytes)}</td><td>${formatCount(jobs)}</td><td>${formatCount(samples)}</td></tr>
${threads.length < 2 ? null : threads.map((thread) => html`<tr><th scope="row"><small>${thread.label}</small></th><td>${within(thread.perJob)}</td><td></td><td></td><td></td></tr>`)}`,
  )}</tbody></table></div></details>`;
}

function within({ bytes, error }: { readonly bytes: number; readonly error: number }): string {
  return bytes === 0 ? NONE : formatBytesWithin(bytes, error);
}

function variantTrial({ variant, perJob }: AllocationVariant, index: number): Content {
  const note = perJob.bytes === 0 ? 'no samples' : html`${within(perJob)} per job`;
  return variantFold(
    { id: `allocations-${variant}`, variant, note, open: index === 0, tab: TAB },
    html`<div data-island="flame" data-id="${flameId(variant)}"><p class="quiet">The table above lists the functions.</p></div>`,
  );
}

/** Any two variants, one against the other; without the script the table above stands for it. */
function compareTrial(variants: readonly AllocationVariant[]): Content {
  const [a, b] = variants;
  if (a === undefined || b === undefined) return null;
  return foldedBlock(
    {
      id: 'allocations-two',
      ...{ title: 'Compare two', note: 'difference per job', open: false, look: '', tab: TAB },
    },
    html`<div data-island="diff" data-id="heap" data-a="${flameId(a.variant)}" data-b="${flameId(b.variant)}">
<p class="quiet">${variantName(a.variant)} and ${variantName(b.variant)} are side by side in the table above.</p>
</div>`,
  );
}
