import { otherThreadsMs } from '../../analysis/verdict/native-threads.ts';
import type { NativeThreads } from '../../core/documents/run-record.ts';
import { formatCount, formatMs, formatNumber, formatPlural, formatShare } from '../../core/format.ts';
import { bottleneckNames, PART_NAMES, PHASE_NAMES } from '../../core/labels.ts';
import { explainer } from '../markup/fold.ts';
import type { Content } from '../markup/markup.ts';
import { html } from '../markup/markup.ts';
import { warningsAt } from '../markup/notices.ts';
import { variantName } from '../markup/variant-name.ts';
import type { BottleneckView, BreakdownBar, BreakdownShare, ReportView } from '../pages/run/view.ts';

/** The phases of the traced jobs, variant by variant. */
export function phasesTable(breakdowns: readonly BreakdownBar[]): Content {
  const traced = breakdowns.filter(({ phases }) => phases.length > 0);
  if (traced.length === 0) return null;
  return html`<details class="behind"><summary>Phases of a job</summary>
<p class="footnote">queue: until a thread and a connection took it · DNS, TCP, TLS: of a new connection · send: the request · wait: until the
response’s headers were read · download: until the end of the body · process: your code</p>
<div class="scroll" tabindex="0"><table class="phases">
<thead><tr><th scope="col">phase</th><th scope="col">jobs</th><th scope="col">total</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">max</th></tr></thead>
${traced.map(
  ({ variant, phases }) => html`<tbody>
<tr><th scope="rowgroup" colspan="6">${variantName(variant)}</th></tr>
${phases.map(
  ({ phase, jobs, totalMs, p50, p90, max }) =>
    html`<tr class="sub"><th scope="row">${PHASE_NAMES[phase]}</th><td>${formatCount(jobs)}</td><td>${formatMs(totalMs)}</td><td>${formatMs(p50)}</td><td>${formatMs(p90)}</td><td>${formatMs(max)}</td></tr>`,
)}
</tbody>`,
)}
</table></div></details>`;
}

const HEIGHT = 28;
const BASELINE = 18;
/** Of the narrowest bar that there is, on a phone, px; text is at most so wide for each character. */
const BAR_PX = 340;
const CHARACTER_PX = 6.4;
const LABEL_INSET_PX = 6;

/** One bar for each traced variant; positions in per cent, so that the chart fits any width. */
export function breakdownSection(view: ReportView): Content {
  const { breakdowns } = view;
  const warnings = warningsAt('breakdown', view);
  if (breakdowns.length === 0 && warnings === null) return null;
  return html`<section id="breakdown" aria-labelledby="breakdown-title">
<h2 id="breakdown-title">Where the time goes</h2>
${warnings}
${breakdowns.length === 0 ? null : breakdownFigure(breakdowns)}
</section>`;
}

function breakdownFigure(breakdowns: readonly BreakdownBar[]): Content {
  const hasIdeal = breakdowns.some(({ bottleneck }) => bottleneck !== null);
  return html`<div class="figure">
<div><ul class="parts">${shareLegend(breakdowns)}${hasIdeal ? html`<li class="ideal-key">ideal</li>` : null}</ul>
<div class="breakdown">${breakdowns.map(bar)}</div>
${breakdownTable(breakdowns)}
${phasesTable(breakdowns)}</div>
${reading(hasIdeal)}
</div>`;
}

function reading(hasIdeal: boolean): Content {
  return explainer(
    html`<p>Each bar is the time of all threads of one variant, wall × threads, and adds up to 100%. What your code computes
stands at the left, what nobody does at the right. Mostly waiting: more overlap helps, threads do not. Mostly CPU:
threads help, as far as there are CPUs.</p>
${
  hasIdeal
    ? html`<p>The dashed line is the ideal: what perfect overlap would take. Everything right of the line could be saved. The
ideal is an estimate from other trials, so values a little over 100% can occur.</p>`
    : null
}`,
    html`<p>CPU wait: the thread could have run, and others had the CPU. Messages: the price of threads, handing out jobs
and waiting to be handed one. Idle: nothing left to do there.</p>
<p>The figures are of a traced trial, whose own cost stands at each bar. The timings of the other sections are of
trials without tracing.</p>`,
  );
}

/** Parts that no variant has any of are left out. */
export function shareLegend(breakdowns: readonly Pick<BreakdownBar, 'shares'>[]): Content {
  const [first] = breakdowns;
  return first?.shares
    .filter(({ part }) =>
      breakdowns.some(({ shares }) => shares.some((each) => each.part === part && each.ms > 0)),
    )
    .map(({ part }) => html`<li class="part-${part}">${PART_NAMES[part]}</li>`);
}

function bar({ variant, shares, bottleneck, overhead, pairs, elsewhere }: BreakdownBar): Content {
  const reached =
    bottleneck === null
      ? null
      : html`${formatShare(bottleneck.efficiency)} of the ideal<small>bottleneck: ${bottleneckNames(bottleneck.causes)}</small>`;
  return html`<div class="bar v-${variant}">
<div class="bar-label">${variantName(variant)}${reached === null ? null : html`<span class="bar-value">${reached}</span>`}</div>
<div>${shareBar(variant, shares, bottleneck)}
${elsewhere === null ? null : html`<p class="elsewhere">Other threads: ${elsewhere.text}</p>`}
<p class="overhead">tracing: ${formatNumber(overhead.estimate)} times as long (${pairs === 1 ? 'one pair of trials' : `${formatNumber(overhead.low)}–${formatNumber(overhead.high)} over ${formatCount(pairs)} pairs`})</p></div></div>`;
}

/** All of the time as one bar; `label` says whose it is. */
export function shareBar(
  label: string,
  shares: readonly BreakdownShare[],
  bottleneck: BottleneckView | null,
): Content {
  const said = shares
    .filter(({ ms }) => ms > 0)
    .map(({ part, share }) => `${PART_NAMES[part]} ${formatShare(share)}`);
  const line = bottleneck === null ? null : Math.min(1, bottleneck.efficiency);
  let from = 0;
  const parts = shares.map((each) => {
    const drawn = each.share > 0 ? part(each, from, line) : null;
    from += each.share;
    return drawn;
  });
  const mark = bottleneck === null ? '' : `; ideal at ${formatShare(bottleneck.efficiency)} of its wall time`;
  return html`<svg width="100%" height="${HEIGHT}" role="img" aria-label="${label}: ${said.join(', ')}${mark}">${parts}${bottleneck === null ? null : idealMark(bottleneck)}</svg>`;
}

/** For a variant that was faster than its ideal, by chance, it is at the end. */
function idealMark({ efficiency, idealMs }: BottleneckView): Content {
  const x = percent(Math.min(1, efficiency));
  return html`<line class="ideal" x1="${x}" x2="${x}" y1="-5" y2="${HEIGHT + 5}"><title>ideal: ${formatMs(idealMs)}, ${formatShare(efficiency)} of the wall time</title></line>`;
}

function part({ part, ms, share }: BreakdownShare, from: number, line: number | null): Content {
  const { label, after } = labelOf(PART_NAMES[part], share, line === null ? null : line - from);
  return html`<svg class="part-${part}" x="${percent(from)}" y="0" width="${percent(share)}" height="${HEIGHT}"><title>${PART_NAMES[part]}: ${formatShare(share)}, ${formatMs(ms)}</title><rect width="100%" height="100%"/>${label === null ? null : html`<text x="${percent(after / share)}" dx="${LABEL_INSET_PX}" y="${BASELINE}">${label}</text>`}</svg>`;
}

/** What fits into a part of a bar, and where it begins, so that the line of the ideal does not run through it. */
function labelOf(name: string, share: number, line: number | null): { label: string | null; after: number } {
  for (const label of [`${name} ${formatShare(share)}`, formatShare(share)]) {
    const room = (label.length * CHARACTER_PX + LABEL_INSET_PX) / BAR_PX;
    const isCrossed = line !== null && line > 0 && line < Math.min(share, room);
    if (share >= room && !isCrossed) return { label, after: 0 };
    if (isCrossed && share - line >= room) return { label, after: line };
  }
  return { label: null, after: 0 };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(3)}%`;
}

function breakdownTable(breakdowns: readonly BreakdownBar[]): Content {
  const parts = breakdowns[0]?.shares.map(({ part }) => part) ?? [];
  return html`<details class="behind"><summary>The same as a table, thread by thread</summary>
<div class="scroll" tabindex="0"><table class="breakdowns">
<thead><tr><th scope="col">thread</th>${parts.map((part) => html`<th scope="col">${PART_NAMES[part]}</th>`)}<th scope="col">together</th></tr></thead>
${breakdowns.map(
  ({ variant, shares, totalMs, byThread, nativeThreads }) => html`<tbody>
<tr><th scope="row">${variantName(variant)}</th>${cells(shares)}<td>${formatMs(totalMs)}</td></tr>
${byThread.length < 2 ? null : byThread.map((thread) => html`<tr class="sub"><th scope="row">${thread.label}</th>${cells(thread.shares)}<td>${formatMs(thread.totalMs)}</td></tr>`)}
${nativeThreads === null ? null : html`<tr class="sub"><th scope="row" colspan="${parts.length + 2}">${nativeText(nativeThreads)}</th></tr>`}
</tbody>`,
)}
</table></div></details>`;
}

function nativeText(native: NativeThreads): string {
  const { cpuMs, libuv, v8Ms } = native;
  if (libuv === null || v8Ms === null) return `other threads: ${formatMs(cpuMs)} of CPU`;
  return `other threads: ${formatMs(libuv.cpuMs)} of CPU in libuv’s pool (${formatPlural(libuv.threads, 'thread')}), ${formatMs(v8Ms)} in V8, ${formatMs(otherThreadsMs(native))} elsewhere`;
}

function cells(shares: readonly BreakdownShare[]): Content {
  return shares.map(({ ms, share }) => html`<td>${formatShare(share)}<small>${formatMs(ms)}</small></td>`);
}
