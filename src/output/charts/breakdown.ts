import { otherThreadsMs } from '../../analysis/verdict/native-threads.ts';
import type { NativeThreads } from '../../core/documents/run-record.ts';
import {
  formatCount,
  formatMicros,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
} from '../../core/format.ts';
import { bottleneckNames, PART_NAMES, PHASE_NAMES } from '../../core/labels.ts';
import { US_PER_MS } from '../../core/units.ts';
import { explainer } from '../markup/fold.ts';
import type { Content } from '../markup/markup.ts';
import { html } from '../markup/markup.ts';
import { variantName } from '../markup/variant-name.ts';
import type { BottleneckView, BreakdownBar, BreakdownShare } from '../view/run/charts.ts';
import type { ReportView } from '../view/run/model.ts';
import { linearScale, percent, type Scale } from './scales.ts';

function phasesTable(breakdowns: readonly BreakdownBar[]): Content {
  const traced = breakdowns.filter(({ phases }) => phases.length > 0);
  if (traced.length === 0) return null;
  return html`<details class="behind"><summary>Phases of a job</summary>
<p class="footnote">queue: until a thread and a connection are free · DNS, TCP, TLS: opening a connection · send: the request · wait: until the
response headers arrive · download: until the end of the body · process: your code</p>
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
/** Width of the narrowest bar, on a phone, and of a character at most, px. */
const BAR_PX = 340;
const CHARACTER_PX = 6.4;
const LABEL_INSET_PX = 6;

/**
 * One bar for each traced variant. Positions are percentages, so the chart fits any width. Two scales for the same bars:
 * time on a common axis, or shares at full width. Neither needs a script.
 */
export function breakdownSection({ breakdowns, run }: ReportView): Content {
  if (breakdowns.length === 0) return null;
  const jobs = Math.max(1, run.jobs);
  const hasIdeal = breakdowns.some(({ bottleneck }) => bottleneck !== null);
  const scale = linearScale(Math.max(...breakdowns.map(({ totalMs }) => totalMs / jobs)));
  return html`<div class="figure">
<div class="breakdown-figure"><fieldset class="filter"><legend>Bars</legend>
<label><input type="radio" name="bars" value="time" checked>time per job</label>
<label><input type="radio" name="bars" value="share">share</label></fieldset>
<ul class="parts">${shareLegend(breakdowns)}${hasIdeal ? html`<li class="ideal-key">ideal</li>` : null}</ul>
<div class="breakdown">${breakdowns.map((each) => bar(each, { jobs, scale }))}
<div class="bar by-time" aria-hidden="true"><div></div><svg width="100%" height="16">${scale.ticks.map((ms) => html`<text class="tick" x="${percent(scale.at(ms))}" y="12">${ms === 0 ? '0' : formatMicros(ms * US_PER_MS)}</text>`)}</svg></div></div>
<div class="asides">${breakdownTable(breakdowns)}
${phasesTable(breakdowns)}</div></div>
${reading(hasIdeal)}
</div>`;
}

function reading(hasIdeal: boolean): Content {
  return explainer(
    html`<p>Each bar is the time of all threads of one variant per job: wall × threads ÷ jobs. Your code is on the left, idle time on the right. Mostly waiting: more concurrency helps, threads do not. Mostly
CPU: threads help while CPUs are free.</p>
${
  hasIdeal
    ? html`<p>The dashed line is the ideal: what perfect overlap would take. Everything right of the line could be saved. The
ideal is an estimate from other trials, so values a little over 100% can occur.</p>`
    : null
}`,
    html`<p>CPU wait: the thread was ready, but another thread or program had the CPU. Messages: dispatching jobs to workers, through
the queue where there is one.
Idle: no work left.</p>
<p>The figures are of a traced trial; the table has the overhead of tracing. All other timings are of trials without tracing.</p>`,
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

interface TimeAxis {
  readonly jobs: number;
  readonly scale: Scale;
}

function bar(breakdown: BreakdownBar, axis: TimeAxis): Content {
  const { variant, totalMs, shares, bottleneck, elsewhere } = breakdown;
  const reached =
    bottleneck === null
      ? null
      : html` · ${formatShare(bottleneck.efficiency)} of ideal<small>bottleneck: ${bottleneckNames(bottleneck.causes)}</small>`;
  return html`<div class="bar v-${variant}">
<div class="bar-label">${variantName(variant)}<span class="bar-value">${formatMicros((totalMs / axis.jobs) * US_PER_MS)} per job${reached}</span></div>
<div>${shareBar(variant, shares, bottleneck, { ...axis, totalMs })}
${elsewhere === null ? null : html`<p class="elsewhere">Other threads: ${elsewhere.text}</p>`}</div></div>`;
}

/** Time as one bar of parts. With `time`, to scale unless the page shows shares. @param label its owner */
export function shareBar(
  label: string,
  shares: readonly BreakdownShare[],
  bottleneck: BottleneckView | null,
  time: (TimeAxis & { readonly totalMs: number }) | null = null,
): Content {
  const said = shares
    .filter(({ ms }) => ms > 0)
    .map(({ part, share }) => `${PART_NAMES[part]} ${formatShare(share)}`);
  const line = bottleneck === null ? null : Math.min(1, bottleneck.efficiency);
  const width = time === null ? 1 : time.scale.at(time.totalMs / time.jobs);
  let from = 0;
  const parts = shares.map((each) => {
    const toLine = line === null ? null : line - from;
    from += each.share;
    if (!(each.share > 0)) return null;
    const labels = [partLabel('by-share', each, formatShare(each.share), toLine, 1)];
    if (time !== null) {
      labels.push(partLabel('by-time', each, formatMicros((each.ms / time.jobs) * US_PER_MS), toLine, width));
    }
    return part(each, from - each.share, labels);
  });
  const mark = bottleneck === null ? '' : `; ideal at ${formatShare(bottleneck.efficiency)} of its wall time`;
  return html`<svg width="${percent(width)}" height="${HEIGHT}" role="img" aria-label="${label}: ${said.join(', ')}${mark}">${parts}${bottleneck === null ? null : idealMark(bottleneck)}</svg>`;
}

/** At the end for a variant that was, by chance, faster than its ideal. */
function idealMark({ efficiency, idealMs }: BottleneckView): Content {
  const x = percent(Math.min(1, efficiency));
  return html`<line class="ideal" x1="${x}" x2="${x}" y1="-5" y2="${HEIGHT + 5}"><title>ideal: ${formatMs(idealMs)}, ${formatShare(efficiency)} of the wall time</title></line>`;
}

function part({ part, ms, share }: BreakdownShare, from: number, labels: readonly Content[]): Content {
  return html`<svg class="part-${part}" x="${percent(from)}" y="0" width="${percent(share)}" height="${HEIGHT}"><title>${PART_NAMES[part]}: ${formatShare(share)}, ${formatMs(ms)}</title><rect width="100%" height="100%"/>${labels}</svg>`;
}

/** The longest label that fits into a part of a bar and is clear of the ideal mark. */
function partLabel(
  mode: string,
  { part, share }: BreakdownShare,
  amount: string,
  line: number | null,
  barWidth: number,
): Content {
  for (const label of [`${PART_NAMES[part]} ${amount}`, amount]) {
    const room = (label.length * CHARACTER_PX + LABEL_INSET_PX) / (BAR_PX * barWidth);
    const isCrossed = line !== null && line > 0 && line < Math.min(share, room);
    const after = isCrossed ? line : 0;
    if (share - after >= room) {
      return html`<text class="${mode}" x="${percent(after / share)}" dx="${LABEL_INSET_PX}" y="${BASELINE}">${label}</text>`;
    }
  }
  return null;
}

function breakdownTable(breakdowns: readonly BreakdownBar[]): Content {
  const parts = breakdowns[0]?.shares.map(({ part }) => part) ?? [];
  return html`<details class="behind"><summary>The same as a table, thread by thread</summary>
<div class="scroll" tabindex="0"><table class="breakdowns">
<thead><tr><th scope="col">thread</th>${parts.map((part) => html`<th scope="col">${PART_NAMES[part]}</th>`)}<th scope="col">together</th></tr></thead>
${breakdowns.map(
  ({ variant, shares, totalMs, byThread, nativeThreads, overhead, pairs }) => html`<tbody>
<tr><th scope="row">${variantName(variant)}<small>tracing: ${formatNumber(overhead.estimate)}× as long (${pairs === 1 ? 'one pair of trials' : `${formatNumber(overhead.low)}–${formatNumber(overhead.high)} over ${formatCount(pairs)} pairs`})</small></th>${cells(shares)}<td>${formatMs(totalMs)}</td></tr>
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
