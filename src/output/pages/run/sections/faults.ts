import { formatCount, formatPlural } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { FaultCell } from '../../../view/run/faults.ts';
import type { ReportView } from '../../../view/run/model.ts';

/** What the server injected, and how the jobs ended. */
export function faultsSection({ faults }: ReportView): Content {
  if (faults === null) return null;
  const { variants, rows, defects, examples } = faults;
  return html`<p class="lead">${
    defects === 0
      ? 'Injected faults explain every failed job.'
      : `${formatPlural(defects, 'job')} ended in a way that no injected fault explains.`
  }</p>
${table(
  ['fault', ...variants.map(variantName)],
  rows.map(({ fault, cells }) => [fault ?? 'none', ...cells.map(cellContent)]),
  { look: 'summary', label: 'faults-title', role: 'region' },
)}
${
  examples.length === 0
    ? null
    : html`<ul>${examples.map(
        ({ variant, round, position, name, fault, outcome }) =>
          html`<li>${variant}, round ${round}, job #${position} ${name}: ${outcome} with ${fault === null ? 'no fault' : fault}</li>`,
      )}</ul>`
}
<p class="footnote">Complete timed trials. The first line of a cell counts the faults that the server injected. Below: outcomes of the jobs
whose last request or connection had the fault. A retried request can get another fault, or none.</p>`;
}

function cellContent({ injected, jobs }: FaultCell): Content {
  return html`${injected === null ? null : html`${formatCount(injected)} injected<br>`}${jobs.map(
    ({ outcome, jobs, isExpected }) => html`${isExpected ? '' : '✖ '}${formatCount(jobs)} ${outcome}<br>`,
  )}`;
}
