import type { Timeline } from '../../../../core/documents/timeline.ts';
import { formatCount, formatMs, formatNumber, formatPlural, formatUs } from '../../../../core/format.ts';
import { usesWorkers, VARIANT_FACTS, VARIANT_NAMES } from '../../../../core/variants.ts';
import { closedExplainer, tabs, variantFold } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ReportView } from '../../../view/run/model.ts';
import { PHASE_GROUPS } from '../../../view/run/phase-groups.ts';
import {
  type PictureFacts,
  pictureFacts,
  type TimelinePicture,
  timelinePicture,
} from '../../../view/run/timeline-picture.ts';
import { isNarrow, timelinePanel } from './timeline-panel.ts';

/** Room after the longest, for its end to be seen. */
const AXIS_ROOM = 1.01;

/** How the work went: every variant on one axis, and below it each by itself to look into. */
export function timelinesSection({ timelines }: Pick<ReportView, 'timelines'>): Content {
  // The first that has something on top of each other.
  const first = timelines.find(({ inFlight }) => inFlight.value.some((jobs) => jobs > 1)) ?? timelines[0];
  if (first === undefined) return null;
  return html`<div class="asides">${explainer(timelines, axisOf(timelines))}
${figuresTable(timelines)}</div>
${tabs(timelines.map((timeline) => variantTimeline(timeline, timeline === first)))}`;
}

/** All variants on one axis: staircase, stack, lanes. Null without timelines. */
export function timelinePictures(timelines: readonly Timeline[]): Content {
  if (timelines.length === 0) return null;
  const axisUs = axisOf(timelines);
  const pictures = timelines.map((timeline) => timelinePicture(timeline, axisUs));
  return html`<div class="tl-panels fs-pictures">${pictures.map((picture, i) =>
    timelinePanel({
      picture,
      stretched: isNarrow(picture.wallUs, axisUs)
        ? timelinePicture(timelines[i]!, picture.wallUs * AXIS_ROOM)
        : null,
      shape: shapeOf(picture),
      description: descriptionOf(picture),
    }),
  )}</div>
${legend(pictures, 'One traced run of each variant, on one time axis.')}`;
}

function axisOf(timelines: readonly Timeline[]): number {
  return Math.max(1, ...timelines.map(({ wallUs }) => wallUs)) * AXIS_ROOM;
}

function legend(pictures: readonly TimelinePicture[], note: string): Content {
  const present = PHASE_GROUPS.filter((_, group) => pictures.some(({ facts }) => facts.present[group]));
  return html`<ul class="parts">${present.map((group) => html`<li class="phase-${group}">${group}</li>`)}<li class="about">${note}</li></ul>`;
}

function shapeOf({ facts }: TimelinePicture): string {
  if (facts.threads > 1) return 'lanes';
  return facts.mostInFlight <= 1 ? 'a staircase' : 'a stack';
}

function howOf(variant: string, { mostInFlight, meanInFlight, threads }: PictureFacts): string {
  if (mostInFlight <= 1) return 'One job at a time: each starts when the previous one has ended.';
  const mean = formatNumber(meanInFlight);
  const known = VARIANT_NAMES.find((name) => name === variant);
  if (known !== undefined && usesWorkers(known) && VARIANT_FACTS[known].jobsOn === 'main') {
    return `The main thread has ${mean} concurrent jobs on average; worker threads run their CPU part.`;
  }
  return threads === 1
    ? `One thread, ${mean} jobs at a time on average: while some wait, another is processed.`
    : `${formatCount(threads)} threads, together ${mean} jobs at a time on average: they process side by side.`;
}

function descriptionOf(picture: TimelinePicture): string {
  const { variant, wallUs, facts, bars } = picture;
  return `${variant}, ${shapeOf(picture)}: ${formatPlural(facts.jobs, 'job')} in ${formatUs(wallUs)}, at most ${formatCount(facts.mostInFlight)} concurrent, in ${formatPlural(bars.flat().length, 'row')}.`;
}

function explainer(timelines: readonly Timeline[], axisUs: number): Content {
  const anyNarrow = timelines.some(({ wallUs }) => isNarrow(wallUs, axisUs));
  const profiled = timelines.some(({ kind }) => kind === 'profiled');
  const what = profiled ? 'profiled and traced' : 'traced';
  return closedExplainer(
    'How to read timelines',
    html`<div class="explainer columns" role="note">
<div><h3>How to read this</h3>
<p>Time goes from left to right. A bar is a job: pale while it waits, dark while its thread works on it. Bars above each
other ran at the same time.${
      anyNarrow ? ' A frame beside a narrow picture shows the same picture, stretched.' : ''
    }</p></div>
<div><h3>What to look for</h3>
<p>A staircase of pale bars is waiting that could overlap: running jobs concurrently removes it. If the dark parts
never overlap, one thread is the limit: worker threads can help.</p></div>
<div><h3>What was recorded</h3>
<p>One ${what} run per variant, with that overhead included. The times above exclude it.</p></div>
</div>`,
  );
}

function figuresTable(timelines: readonly Timeline[]): Content {
  return html`<details class="behind"><summary>The same as a table</summary>
${table(
  ['variant', 'wall time', 'jobs', 'failed', 'concurrency, mean', 'max', ...PHASE_GROUPS],
  timelines.map((timeline) => {
    const { jobs, failed, meanInFlight, mostInFlight, groupMs } = pictureFacts(timeline);
    return [
      ...[variantName(timeline.variant), formatUs(timeline.wallUs), formatCount(jobs), formatCount(failed)],
      ...[meanInFlight, mostInFlight].map(formatNumber),
      ...PHASE_GROUPS.map((_, group) => formatMs(groupMs?.[group])),
    ];
  }),
)}
<p class="footnote">Phases are summed over jobs; concurrent jobs each count in full.${timelines.some(({ jobs }) => jobs.rows < jobs.began) ? ' There are no sums where jobs were left out to keep this page small.' : ''}</p>
</details>`;
}

/** What stands in the island reads without a script; with one the interactive timeline takes its place. */
function variantTimeline(timeline: Timeline, open: boolean): Content {
  const { variant, wallUs, notes } = timeline;
  const facts = pictureFacts(timeline);
  const note = `${formatPlural(facts.jobs, 'job')} in ${formatUs(wallUs)}`;
  return variantFold(
    { id: `timeline-${variant}`, variant, note, open, tab: 'timelines' },
    html`<div data-island="timeline" data-id="${variant}">
<p>${howOf(variant, facts)}${facts.failed ? ` ${formatCount(facts.failed)} failed.` : ''} ${notes.join(' ')}</p>
<p class="quiet">The detailed timeline needs the page’s script.</p>
</div>`,
  );
}
