import { formatMicros, formatPlural, formatShare, formatUs, NONE } from '../../core/format.ts';
import { CATEGORY_NAMES } from '../../core/labels.ts';
import { explainer } from '../markup/fold.ts';
import { type Content, html } from '../markup/markup.ts';
import { variantName } from '../markup/variant-name.ts';
import type { HotFunction, HotTime, HotVariant, HotView } from '../view/run/hot.ts';
import type { HotFile, HotLine } from '../view/run/hot-lines.ts';
import { HOTTEST } from '../view/run/hot-lines.ts';
import { FEW_SAMPLES, ownTime } from '../view/run/hot-time.ts';

/** Rows that are shown at first; fewer others than this are not worth a fold. */
const SHOWN = 6;
const MIN_FOLDED = 3;

/** Which functions and which lines the CPU was busy with. Nothing here needs a script. */
export function hotSection(hot: HotView | null): Content {
  if (hot === null) return null;
  const [shown, folded] = byRank(hot.functions);
  return html`<div class="figure">
<div>
<div class="scroll" tabindex="0" role="group" aria-labelledby="hot-title">${comparedTable(hot, shown, true)}</div>
<div class="asides">${
    folded.length === 0
      ? null
      : html`<details class="behind"><summary>${formatPlural(folded.length, 'more function')}</summary>
<div class="scroll" tabindex="0">${comparedTable(hot, folded, false)}</div></details>`
  }
<details class="behind"><summary>By variant: shares, and totals over all jobs</summary>
${hot.variants.map((_, column) => everyTime(hot, column))}</details></div>
</div>
${explainer(html`<p>Time per job in which a thread was not idle, summed over all threads of the profiled pass. <em>Self</em> is time in the
function itself; <em>total</em> adds the functions it called. A function should take the same time per job in every
variant. Where it takes more, threads wait for a CPU or for memory. ${FEW_SAMPLES}: its error is a third or more.</p>
<p>You can only change <b>your own</b> code directly. If it takes little of the busy time, or threads are mostly idle,
making it faster changes little.</p>`)}
</div>
${linesBlock(hot)}`;
}

/** The hottest of those with enough samples, or of all where none has, and the others. */
function byRank(functions: readonly HotFunction[]): [shown: HotFunction[], folded: HotFunction[]] {
  const trusted = ({ category, times }: HotFunction): boolean =>
    category === 'user' || times.some((time) => time?.isSure === true && time.self > 0);
  const sure = functions.filter(trusted);
  const shown = (sure.length === 0 ? functions : sure).slice(0, SHOWN);
  const folded = functions.filter((row) => !shown.includes(row));
  return folded.length < MIN_FOLDED ? [[...functions], []] : [shown, folded];
}

function comparedTable(
  { variants, functions: all }: HotView,
  functions: readonly HotFunction[],
  sums: boolean,
): Content {
  const hottest = Math.max(...all.flatMap(({ times }) => times.map((time) => time?.selfPerJobUs ?? 0)));
  return html`<table class="hot">
<caption>Time per job: self, total below</caption>
<thead><tr><th scope="col">function</th>${variants.map(({ variant }) => html`<th scope="col">${variantName(variant)}</th>`)}</tr></thead>
<tbody>${functions.map(
    (row) =>
      html`<tr class="${row.category}"><th scope="row">${row.name}<small>${whereFrom(row)}</small></th>${row.times.map((time) => comparedCell(time, hottest))}</tr>`,
  )}</tbody>
${
  sums
    ? html`<tfoot><tr><th scope="row">total busy time</th>${variants.map(({ busyPerJobUs }) => html`<td>${formatMicros(busyPerJobUs)}</td>`)}</tr>
<tr><th scope="row">threads idle</th>${variants.map(({ idleShare }) => html`<td>${formatShare(idleShare)}</td>`)}</tr></tfoot>`
    : null
}
</table>`;
}

function comparedCell(time: HotTime | null, hottest: number): Content {
  if (time === null) return html`<td>${NONE}</td>`;
  const heat = hottest > 0 ? Math.ceil((HOTTEST * (time.selfPerJobUs ?? 0)) / hottest) : 0;
  return html`<td class="heat-${heat}">${ownTime(time.selfPerJobUs, time.isSure)}<small>${formatMicros(time.totalPerJobUs)}</small></td>`;
}

/** A dependency's path begins with its name; elsewhere it does not say whose code it is. */
function whereFrom({ place, category }: HotFunction): string {
  if (category === 'dependency' && place !== null) return place;
  return place === null || category === 'native'
    ? CATEGORY_NAMES[category]
    : `${CATEGORY_NAMES[category]} · ${place}`;
}

/** What the one table leaves out: times of all jobs together, and shares. */
function everyTime({ variants, functions }: HotView, column: number): Content {
  const variant: HotVariant = variants[column]!;
  const rows = functions.flatMap((row) => {
    const time = row.times[column] ?? null;
    return time === null ? [] : [{ row, time }];
  });
  rows.sort((a, b) => b.time.self - a.time.self);
  return html`<div class="scroll" tabindex="0"><table class="functions">
<caption>${variantName(variant.variant)}</caption>
<thead><tr><th scope="col">function</th><th scope="col">share</th><th scope="col">self</th><th scope="col">total</th><th scope="col">self, per job</th></tr></thead>
<tbody>${rows.map(
    ({ row, time }) =>
      html`<tr><th scope="row">${row.name}<small>${whereFrom(row)}</small></th><td>${time.self === 0 ? NONE : formatShare(time.share)}</td><td>${time.self === 0 ? NONE : formatUs(time.self)}</td><td>${formatUs(time.totalUs)}</td><td>${ownTime(time.selfPerJobUs, time.isSure)}</td></tr>`,
  )}</tbody>
<tfoot><tr><th scope="row">total busy time</th><td>100%</td><td>${formatUs(variant.busyUs)}</td><td></td><td>${formatMicros(variant.busyPerJobUs)}</td></tr></tfoot>
</table></div>`;
}

function linesBlock({ variants, files }: HotView): Content {
  if (files.length === 0) {
    return html`<h3 id="lines-title">Your code, line by line</h3>
<p class="quiet">${
      variants.some(({ jobs }) => jobs === null)
        ? 'The number of profiled jobs is not known, so there are no times per job.'
        : 'No samples in your own files.'
    }</p>`;
  }
  return html`<h3 id="lines-title">Your code, line by line</h3>
<p class="footnote">Self time of each line per job. Calls are not included, except native code. V8 counts samples per line;
${FEW_SAMPLES}. The text is that of the profiled version; anything that looks like a secret is hidden.</p>
${files.map((file) => fileBlock(file, variants))}`;
}

function fileBlock({ file, perJobUs, lines }: HotFile, variants: readonly HotVariant[]): Content {
  const unknown = lines.every(({ text }) => text === null);
  return html`<figure class="source"><figcaption>${file}</figcaption>
${unknown ? html`<p class="quiet">The source of this file was not saved with the run.</p>` : null}
<div class="scroll" tabindex="0" role="group" aria-label="${file}"><table class="lines">
<thead><tr>${variants.map(({ variant }) => html`<th scope="col" class="each">${variantName(variant)}</th>`)}<th scope="col" class="most">most</th><th scope="col">line</th><th scope="col">source</th></tr></thead>
<tbody>${lines.map((line, i) => [gapBefore(line, lines[i - 1], variants.length + 3), lineRow(line)])}</tbody>
<tfoot><tr>${perJobUs.map((us) => html`<td class="each">${us === null ? NONE : formatMicros(us)}</td>`)}<td class="most">${formatMicros(Math.max(...perJobUs.map((us) => us ?? 0)))}</td><td></td><td>all lines</td></tr></tfoot>
</table></div></figure>`;
}

/** A row in place of lines that are left out. */
export function gapBefore({ line }: HotLine, before: HotLine | undefined, columns: number): Content {
  if (before === undefined || line === before.line + 1) return null;
  return html`<tr class="gap" aria-hidden="true"><td colspan="${columns}">⋮</td></tr>`;
}

function lineRow({ line, text, perJobUs, isSure, heat }: HotLine): Content {
  const most = Math.max(...perJobUs.map((us) => us ?? 0));
  const where = perJobUs.indexOf(most);
  return html`<tr class="heat-${heat}">${perJobUs.map((us, i) => html`<td class="each">${us === null ? null : ownTime(us, isSure[i] === true)}</td>`)}<td class="most">${where < 0 ? null : ownTime(most, isSure[where] === true)}</td><th scope="row">${line}</th><td><code>${text ?? '(source not saved)'}</code></td></tr>`;
}
