import { formatCount, formatMs } from '../format.ts';
import { PHASE_NAMES } from '../labels.ts';
import type { AccountBar } from '../view-model.ts';
import { type Content, html } from './markup.ts';
import { variantName } from './summary.ts';

/** The phases of the traced jobs, variant by variant. */
export function phasesTable(accounts: readonly AccountBar[]): Content {
  const traced = accounts.filter(({ phases }) => phases.length > 0);
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
