import { formatMs, formatShare, NONE } from '../../../../core/format.ts';
import { bottleneckNames, PART_NAMES } from '../../../../core/labels.ts';
import { shareBar, shareLegend } from '../../../charts/breakdown.ts';
import { explainer } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { BreakdownPair, ComparePageView } from '../../../view/compare.ts';
import type { BreakdownBar } from '../../../view/run/charts.ts';

export function breakdownsSection({ breakdowns }: ComparePageView): Content {
  if (breakdowns.length === 0) return null;
  const all = breakdowns.flatMap(({ bars }) => [bars.before, bars.after].filter((bar) => bar !== null));
  return html`<div class="figure">
<div><ul class="parts">${shareLegend(all)}${all.some(({ bottleneck }) => bottleneck !== null) ? html`<li class="ideal-key">ideal</li>` : null}</ul>
<div class="breakdown pairs-of-bars">${breakdowns.map(pair)}</div>
${breakdownsTable(breakdowns)}</div>
${explainer(
  html`<p>Each bar is the time of all threads of one variant (wall time × threads) and adds up to 100%: if one part grows, the
others shrink. The table also has the times.</p>`,
  html`<p>Each figure is of one traced trial, the one with the median wall time. There is no interval: ignore small differences.</p>`,
)}
</div>`;
}

function pair({ variant, bars }: BreakdownPair): Content {
  return html`<div class="bar v-${variant}"><div class="bar-label">${variantName(variant)}</div>
<div>${side('before', variant, bars.before)}${side('after', variant, bars.after)}</div></div>`;
}

function side(which: 'before' | 'after', variant: string, bar: BreakdownBar | null): Content {
  if (bar === null) return html`<div class="side"><span>${which}</span><p class="quiet">not traced</p></div>`;
  const { bottleneck } = bar;
  const reached =
    bottleneck === null
      ? ''
      : `; ${formatShare(bottleneck.efficiency)} of the ideal, bottleneck: ${bottleneckNames(bottleneck.causes)}`;
  return html`<div class="side"><span>${which}</span><div>${shareBar(`${variant} ${which}`, bar.shares, bottleneck)}<p class="overhead">${formatMs(bar.wallMs)} wall time${reached}</p></div></div>`;
}

function breakdownsTable(breakdowns: readonly BreakdownPair[]): Content {
  const parts = breakdowns.flatMap(({ bars }) => bars.after ?? bars.before ?? [])[0]?.shares ?? [];
  const row = (which: string, bar: BreakdownBar | null): Content =>
    html`<tr class="sub"><th scope="row">${which}</th>${parts.map(({ part }) => {
      const found = bar?.shares.find((share) => share.part === part);
      return html`<td>${found === undefined ? NONE : html`${formatShare(found.share)}<small>${formatMs(found.ms)}</small>`}</td>`;
    })}<td>${formatMs(bar?.totalMs)}</td></tr>`;
  return html`<details class="behind"><summary>The same as a table</summary>
<div class="scroll" tabindex="0"><table class="breakdowns">
<thead><tr><th scope="col">variant</th>${parts.map(({ part }) => html`<th scope="col">${PART_NAMES[part]}</th>`)}<th scope="col">together</th></tr></thead>
${breakdowns.map(
  ({ variant, bars }) =>
    html`<tbody><tr><th scope="row" colspan="${parts.length + 2}">${variantName(variant)}</th></tr>${row('before', bars.before)}${row('after', bars.after)}</tbody>`,
)}
</table></div></details>`;
}
