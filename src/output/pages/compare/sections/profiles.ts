import { formatSignedPercent } from '../../../../analysis/comparison/wording.ts';
import type { PageFlame } from '../../../../core/documents/flame.ts';
import { formatMicros, formatPlural } from '../../../../core/format.ts';
import { variantFold } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { topChangesTable } from '../../../sections/differential.ts';
import type { ComparePageView, ProfilePair } from '../../../view/compare.ts';
import type { Difference } from '../../../view/run/differential.ts';

/** Of what can be drawn: a variant that only one run has a profile of is in a report already. */
export function pageFlames(profiles: readonly ProfilePair[]): PageFlame[] {
  return profiles.flatMap(({ variant, flames: { before, after } }) =>
    before === null || after === null
      ? []
      : [
          { id: `before-${variant}`, label: `${variant} before`, ...before },
          { id: `after-${variant}`, label: `${variant} after`, ...after },
        ],
  );
}

export function profilesSection({ profiles, runs }: ComparePageView): Content {
  const problems = [...runs.before.problems, ...runs.after.problems];
  return html`${problems.map((problem) => html`<p class="problem">${problem}</p>`)}
${
  profiles.length === 0
    ? html`<p>Neither run has profiles. Make both runs with <code>threadmill profile</code> to see which functions got slower or faster.</p>`
    : html`${explainer()}
${profiles.map(variantTrial)}`
}`;
}

function explainer(): Content {
  return html`<div class="explainer columns" role="note">
<div><h3>What a width is</h3>
<p>Running code per job, all threads together, without idle time. A is the run before, B the run after. Purple: more in B.
Green: less in B. Grey: no change, or too few samples.</p></div>
<div><h3>What matches</h3>
<p>Stacks match by function, even if an edit moved them to other lines. Stacks of only one run are drawn too.</p></div>
<div><h3>What may be noise</h3>
<p>± is the sampling error of a difference. Two passes of the same program differ by more than that. The profiles are of
separate passes, not of the timed rounds.</p></div>
</div>`;
}

function variantTrial(
  { variant, flames: { before, after }, difference }: ProfilePair,
  index: number,
): Content {
  const [id, open] = [`profile-${variant}`, index === 0];
  if (before === null || after === null || difference === null) {
    const note = `only the run ${before === null ? 'after' : 'before'} was profiled`;
    return variantFold({ id, variant, note, open }, html`<p class="quiet">See its report.</p>`);
  }
  return variantFold(
    { id, variant, note: changeText(difference), open },
    html`<div data-island="diff" data-id="${variant}" data-a="before-${variant}" data-b="after-${variant}">
<p>${sumText(difference)}${jobsText(before.jobs, after.jobs)}</p>
${topChangesTable(difference, ['before', 'after'])}</div>`,
  );
}

/** Before it is opened. */
function changeText({ perJob, totalA, totalB, noise }: Difference): string {
  const change =
    Math.abs(totalB - totalA) <= noise
      ? 'within the sampling error'
      : totalA > 0
        ? formatSignedPercent(100 * (totalB / totalA - 1))
        : 'new';
  return `${formatMicros(totalA)} → ${formatMicros(totalB)}${perJob ? ' per job' : ''}: ${change}`;
}

function sumText({ perJob, totalA, totalB, noise }: Difference): string {
  const of = perJob ? ' per job' : '';
  const change = totalA > 0 ? ` (${formatSignedPercent(100 * (totalB / totalA - 1))})` : '';
  const within = Math.abs(totalB - totalA) <= noise ? '; within the sampling error' : '';
  return `Running code${of}: ${formatMicros(totalB)} after, ${formatMicros(totalA)} before${change}${within}.`;
}

/** Passes repeat the plan until they have lasted long enough. */
function jobsText(before: number | null, after: number | null): string {
  if (before === null || after === null) {
    return ' The number of jobs is not known for both, so these are times of the whole profiles.';
  }
  return ` ${formatPlural(before, 'job')} ran before and ${formatPlural(after, 'job')} after.`;
}
