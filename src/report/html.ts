import { packTimeline } from '../timeline/codec/pack-timeline.ts';
import { formatCount, formatMs, formatPlural, formatTime } from './format.ts';
import { accountSection } from './html/account.ts';
import { type Content, html } from './html/markup.ts';
import { bannerBlock, failuresSection, mismatchSection, warningsSection } from './html/notices.ts';
import { renderPage } from './html/page.ts';
import { flamesOfRun, profilesSection } from './html/profiles.ts';
import { repeatSection } from './html/repeat.ts';
import { summarySection } from './html/summary.ts';
import { verdictBlock } from './html/verdict.ts';
import { wallsSection } from './html/walls.ts';
import type { PageData } from './page-data.ts';
import type { ReportView } from './view-model.ts';

/** The whole report as one HTML file: no reference to anything outside it, the same bytes for the same view. */
export function renderReportHtml(view: ReportView): string {
  const body = html`<main>
${header(view)}
${view.banners.map(bannerBlock)}
${summarySection(view)}
${wallsSection(view)}
${accountSection(view)}
${warningsSection(view)}
${mismatchSection(view.mismatches)}
${failuresSection(view)}
${profilesSection(view)}
${repeatSection(view)}
${footer(view)}
</main>`;
  return renderPage({ title: view.title, body, data: pageData(view) });
}

/** Nothing where no island has anything to draw: the page then has no script at all. */
function pageData({ variants, timelines }: ReportView): PageData | undefined {
  const flames = flamesOfRun(variants);
  return flames.length + timelines.length === 0
    ? undefined
    : { flames, timelines: timelines.map(packTimeline) };
}

function header({ run, verdict }: ReportView): Content {
  const facts = [
    run.workload,
    formatPlural(run.jobs, 'job'),
    `${formatCount(run.concurrency)} in flight`,
    formatPlural(run.rounds, 'round'),
    formatTime(run.createdAt),
  ];
  return html`<header>
<p class="brand"><a href="../index.html">Threadmill</a><span>${run.command}</span></p>
<p class="run-facts">${facts.map((fact) => html`<span>${fact}</span> `)}</p>
${verdictBlock(verdict)}
</header>`;
}

function footer({ run }: ReportView): Content {
  const took = run.durationMs === null ? '' : `, took ${formatMs(run.durationMs)}`;
  return html`<footer><p>Threadmill ${run.threadmill} · run <code>${run.id}</code> · ${formatTime(run.createdAt)}${took}</p></footer>`;
}
