import { formatCount, formatMs, formatPlural, formatTime } from '../../../core/format.ts';
import { packFlame } from '../../../profile/packed-flame/pack-flame.ts';
import { packTimeline } from '../../../profile/timeline/codec/pack-timeline.ts';
import { foldedBlock } from '../../markup/fold.ts';
import { type Content, html } from '../../markup/markup.ts';
import { bannerBlock, warningsAt } from '../../markup/notices.ts';
import { renderPage } from '../../markup/page.ts';
import type { PageData } from '../../markup/page-data.ts';
import { contents, sectionBlock } from '../../markup/sections.ts';
import { verdictHeadline, withNames } from '../../markup/verdict.ts';
import { flamesOfRun } from '../../sections/profiles.ts';
import type { ReportView } from '../../view/run/model.ts';
import { flamesOfAllocations } from './sections/allocations.ts';
import { firstScreen } from './sections/first-screen.ts';
import { SECTIONS } from './sections.ts';

/** The whole report as one HTML file: no reference to anything outside it, the same bytes for the same view. */
export function renderRunPage(view: ReportView): string {
  const drawn = SECTIONS.flatMap(({ id, title, heading = title, draw, inAppendix = false }) => {
    const [warnings, content] = [warningsAt(id, view), draw(view)];
    if (warnings === null && content === null) return [];
    const block = sectionBlock({
      id,
      title: typeof heading === 'string' ? heading : heading(view),
      content: [warnings, content],
    });
    return [{ id, title, block, inAppendix }];
  });
  const appendix = drawn.filter(({ inAppendix }) => inAppendix);
  const body = html`${header(view)}
${contents(drawn)}
<main>
${drawn.map(({ block, inAppendix }) => (inAppendix ? null : block))}
${foldedBlock(
  {
    id: 'appendix',
    title: 'Appendix',
    note: appendix.map(({ title }) => title.toLowerCase()).join(', '),
    ...{ open: false, look: 'appendix' },
  },
  appendix.map(({ block }) => block),
)}</main>
${footer(view)}`;
  return renderPage({ title: view.title, body, data: pageData(view) });
}

/** Nothing where no island has anything to draw: the page then has no script at all. */
function pageData({ variants, timelines, allocations, exports }: ReportView): PageData | undefined {
  const flames = [...flamesOfRun(variants), ...flamesOfAllocations(allocations)];
  return flames.length + timelines.length + exports.length === 0
    ? undefined
    : { flames: flames.map(packFlame), timelines: timelines.map(packTimeline) };
}

function header(view: ReportView): Content {
  const { run, sweepPoint, verdict, banners } = view;
  const facts = [
    run.command,
    run.workload,
    formatPlural(run.jobs, 'job'),
    `concurrency ${formatCount(run.concurrency)}`,
    formatPlural(run.rounds, 'round'),
    formatTime(run.createdAt),
  ];
  return html`<header id="verdict">
<p class="run-facts"><a class="home" href="${view.isVersion ? '../report.html' : '../index.html'}">Threadmill</a> ${facts.map((fact) => html`<span>${fact}</span> `)}</p>
${sweepPoint === null ? null : html`<p class="part-of">One point of a sweep: <b>${sweepPoint}</b>. <a href="../../report.html">The whole sweep</a> has curves, a map and a list of all <a href="../../report.html#points">points</a>.</p>`}
${verdictHeadline(verdict)}
${leadText(verdict)}
${banners.map(bannerBlock)}
${firstScreen(view)}
</header>`;
}

/** Alternatives to the choice, in a sentence. */
function leadText({ lines, why }: ReportView['verdict']): Content {
  // The headline says it.
  if (why === 'too-few-rounds') return null;
  const line = lines.find(({ topic }) => topic === 'choice' || topic === 'inconclusive');
  if (line === undefined) return null;
  const [first = ''] = line.text.split(/(?<=\.) /);
  return html`<p class="qualified">${withNames(first)}</p>`;
}

function footer({ run }: ReportView): Content {
  const took = run.durationMs === null ? '' : `, took ${formatMs(run.durationMs)}`;
  return html`<footer><p>Threadmill ${run.threadmill} · run <code>${run.id}</code> · ${formatTime(run.createdAt)}${took}</p></footer>`;
}
