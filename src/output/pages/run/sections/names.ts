import { formatCount, formatMs } from '../../../../core/format.ts';
import { NAMES_NOTE, PHASE_NAMES } from '../../../../core/labels.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../../../view/run/model.ts';
import type { NameRows, NamesView } from '../../../view/run/names.ts';

/** A table of the jobs of each name: which request is slow, which fails, and where its time goes. */
export function namesSection({ names }: ReportView): Content {
  if (names === null) return null;
  const { phases } = names;
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="names-title"><table class="phases">
<thead><tr><th scope="col">name</th><th scope="col">jobs</th><th scope="col">failed</th><th scope="col">p50</th><th scope="col">p90</th>${phases.map(
    (phase) => html`<th scope="col">${PHASE_NAMES[phase]}</th>`,
  )}</tr></thead>
${names.names.map((each) => nameRows(each, phases))}
</table></div>
<p class="footnote">${NAMES_NOTE}</p>`;
}

function nameRows({ name, rows }: NameRows, phases: NamesView['phases']): Content {
  return html`<tbody>
<tr><th scope="rowgroup" colspan="${5 + phases.length}">${name}</th></tr>
${rows.map(
  ({ variant, jobs, failed, p50Ms, p90Ms, phasesMs }) =>
    html`<tr class="sub"><th scope="row">${variantName(variant)}</th><td>${formatCount(jobs)}</td><td>${failed === 0 ? html`<span class="quiet">0</span>` : html`<b class="bad">${formatCount(failed)}</b>`}</td><td>${formatMs(p50Ms)}</td><td>${formatMs(p90Ms)}</td>${phases.map(
      (phase) => html`<td>${formatMs(phasesMs?.[phase])}</td>`,
    )}</tr>`,
)}
</tbody>`;
}
