import { formatPlural } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { warningsAt } from '../../../markup/notices.ts';
import {
  extentText,
  failureTotals,
  itemsText,
  kindLabel,
  moreItemsText,
} from '../../../view/failure-wording.ts';
import type { FailureKind, FailuresView } from '../../../view/run/failures.ts';
import type { ReportView } from '../../../view/run/model.ts';

export function failuresSection(view: ReportView): Content {
  const { failures } = view;
  if (failures === null) return null;
  const { kinds, moreKinds, warmupFailedJobs } = failures;
  const warmup =
    warmupFailedJobs === 0
      ? null
      : html`<p>${formatPlural(warmupFailedJobs, 'job')} also failed in warm-up.</p>`;
  return html`${warningsAt('failures', view) === null ? html`<p class="lead">${failureTotals(failures)}.</p>` : warmup}
<ul class="errors">${kinds.map((kind) => kindItem(kind, failures))}</ul>
${moreKinds === 0 ? null : html`<p>${formatPlural(moreKinds, 'more kind')} of error: see <code>errors</code> of the trials in run.json.</p>`}`;
}

function kindItem(kind: FailureKind, failures: FailuresView): Content {
  const more = moreItemsText(kind);
  return html`<li><code class="message">${kind.message}</code>
<p>${kindLabel(kind)} — ${extentText(kind, failures)}</p>
<ul>${kind.items.map((item) => html`<li>${itemsText(item)}</li>`)}${more === '' ? null : html`<li>${more}</li>`}</ul></li>`;
}
