import { formatMicros, formatPlural } from '../../core/format.ts';
import { foldedBlock } from '../markup/fold.ts';
import { type Content, html } from '../markup/markup.ts';
import { variantName } from '../markup/variant-name.ts';
import type { Difference, DifferentialView } from '../view/run/differential.ts';
import { changeText, type TopChangeRow } from '../view/run/top-changes.ts';

/** Any two variants, one against the other: the script draws it, without it the table stands. */
export function differentialBlock(view: DifferentialView | null): Content {
  if (view === null) return null;
  const { a, b } = view;
  return foldedBlock(
    {
      id: 'compare-two',
      title: 'Compare two',
      note: 'difference per job',
      ...{ open: false, look: '', tab: 'profiles' },
    },
    html`<div class="explainer columns" role="note">
<div><h4>How to read this</h4>
<p>The stacks of two variants, merged: all threads of a variant together, divided by the jobs it ran. Purple: more in B. Green: less in B. Grey: no change, or too few samples.</p></div>
<div><h4>What it does not show</h4>
<p>It compares running code only. A variant can use more CPU per job and still finish sooner, because its jobs wait
concurrently. The timelines show waiting.</p></div>
</div>
<div data-island="diff" data-id="two" data-a="${a}" data-b="${b}">
<p>Running code${view.perJob ? ' per job' : ''}: ${formatMicros(view.totalA)} in ${variantName(a)}, ${formatMicros(view.totalB)} in ${variantName(b)}.</p>
${topChangesTable(view, [a, b])}</div>`,
  );
}

/** @param names what the two sides are called. */
export function topChangesTable({ perJob, rows }: Difference, [a, b]: readonly [string, string]): Content {
  const head = html`<thead><tr><th scope="col">function</th><th scope="col" class="cut" title="${a}">${a}</th><th scope="col" class="cut" title="${b}">${b}</th><th scope="col">change</th><th scope="col">±</th></tr></thead>`;
  const sure = rows.filter(({ isNoise }) => !isNoise);
  const noise = rows.filter(({ isNoise }) => isNoise);
  return html`${
    sure.length === 0
      ? html`<p class="quiet">No function’s self time changed by more than the sampling error.</p>`
      : html`<div class="scroll" tabindex="0"><table class="functions topChanges">
<caption>Functions whose self time${perJob ? ' per job' : ''} changed most. ± is the sampling error of the difference.</caption>
${head}
<tbody>${sure.map(topChangeLine)}</tbody></table></div>`
  }
${
  noise.length === 0
    ? null
    : html`<details class="behind"><summary>${formatPlural(noise.length, 'function')} that changed by less than the sampling error</summary>
<div class="scroll" tabindex="0"><table class="functions topChanges">${head}<tbody>${noise.map(topChangeLine)}</tbody></table></div></details>`
}`;
}

function topChangeLine(row: TopChangeRow): Content {
  const { name, place, a, b, noise, isNoise } = row;
  return html`<tr class="${isNoise ? 'noise' : ''}"><th scope="row">${name}${place === null ? null : html`<small>${place}</small>`}</th>
<td>${formatMicros(a)}</td><td>${formatMicros(b)}</td><td>${changeText(row)}</td><td>${formatMicros(noise)}</td></tr>`;
}
