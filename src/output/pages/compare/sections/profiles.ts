import { formatSignedPercent } from '../../../../analysis/comparison/wording.ts';
import type { PageFlame } from '../../../../core/documents/flame.ts';
import { formatMicros, formatPlural } from '../../../../core/format.ts';
import { variantFold } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { moversTable } from '../../run/sections/differential.ts';
import type { Difference } from '../../run/view/differential.ts';
import type { ComparePageView, ProfilePair } from '../view.ts';

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
  return html`<section id="profiles" aria-labelledby="profiles-title">
<h2 id="profiles-title">What became of the CPU time</h2>
${problems.map((problem) => html`<p class="problem">${problem}</p>`)}
${
  profiles.length === 0
    ? html`<p>Neither run has profiles. <code>threadmill profile</code> with the same options takes them; of two such runs this page
shows which functions got slower, and which faster.</p>`
    : html`${explainer()}
${profiles.map(variantTrial)}`
}
</section>`;
}

function explainer(): Content {
  return html`<div class="explainer columns" role="note">
<div><h3>What a width is</h3>
<p>Running code per job, all threads together: A is the run before, B the run after. Idle time is left out. Purple is more in B, green
is less, grey is the same or too little to tell.</p></div>
<div><h3>What is the same</h3>
<p>Two stacks are the same if their functions are, whatever line an edit has moved them to. What only one run has is drawn as
well.</p></div>
<div><h3>What can be chance</h3>
<p>A profile is a sample: ± is what sampling alone can move a difference by. Two passes of the same program differ by more than
that, and these are of profiled passes, not of the timed rounds.</p></div>
</div>`;
}

function variantTrial(
  { variant, flames: { before, after }, difference }: ProfilePair,
  index: number,
): Content {
  const [id, open] = [`profile-${variant}`, index === 0];
  if (before === null || after === null || difference === null) {
    const note = `only the run ${before === null ? 'after' : 'before'} has a profile of it`;
    return variantFold({ id, variant, note, open }, html`<p class="quiet">Its report shows that.</p>`);
  }
  return variantFold(
    { id, variant, note: changeText(difference), open },
    html`<div data-island="diff" data-id="${variant}" data-a="before-${variant}" data-b="after-${variant}">
<p>${sumText(difference)}${jobsText(before.jobs, after.jobs)}</p>
${moversTable(difference, ['before', 'after'])}</div>`,
  );
}

/** Before it is opened. */
function changeText({ perJob, totalA, totalB, noiseUs }: Difference): string {
  const change =
    Math.abs(totalB - totalA) <= noiseUs
      ? 'no more than sampling noise'
      : totalA > 0
        ? formatSignedPercent(100 * (totalB / totalA - 1))
        : 'new';
  return `${formatMicros(totalA)} → ${formatMicros(totalB)}${perJob ? ' per job' : ''}: ${change}`;
}

function sumText({ perJob, totalA, totalB, noiseUs }: Difference): string {
  const of = perJob ? ' per job' : '';
  const change = totalA > 0 ? ` (${formatSignedPercent(100 * (totalB / totalA - 1))})` : '';
  const noise = Math.abs(totalB - totalA) <= noiseUs ? '; sampling alone can make such a difference' : '';
  return `Running code${of}: ${formatMicros(totalB)} after, ${formatMicros(totalA)} before${change}${noise}.`;
}

/** Passes repeat the plan until they have lasted long enough. */
function jobsText(before: number | null, after: number | null): string {
  if (before === null || after === null) {
    return ' How many jobs ran meanwhile is not known of both, so these are the times of the whole profiles.';
  }
  return ` ${formatPlural(before, 'job')} ran before and ${formatPlural(after, 'job')} after.`;
}
