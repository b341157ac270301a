import { analyseSweep } from '../../../analysis/sweep/analyse.ts';
import { isScalingAxis } from '../../../analysis/sweep/axes.ts';
import { sweepVerdict } from '../../../analysis/verdict/sweep/verdict.ts';
import { axisRange } from '../../../analysis/verdict/sweep/wording.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { formatMs, formatPlural, formatTime } from '../../../core/format.ts';
import { redactArguments } from '../../../core/redaction.ts';
import { contents } from '../../markup/contents.ts';
import { type Content, html } from '../../markup/markup.ts';
import { bannerBlock, warningsSection } from '../../markup/notices.ts';
import { renderPage } from '../../markup/page.ts';
import { factList } from '../../markup/repeat.ts';
import { cleanVerdict, verdictBlock } from '../../markup/verdict.ts';
import { folderArgument } from '../run/view/run-argument.ts';
import { sweepBanners, sweepEnvironment, sweepOptions } from './facts.ts';
import { curvesSection } from './sections/curves.ts';
import { lawsSection } from './sections/laws.ts';
import { mapSection } from './sections/map.ts';
import { pointsSection } from './sections/points.ts';
import { ratioSection } from './sections/ratio.ts';
import { cleanSweep } from './view.ts';

/** The report of a sweep as one HTML file, without a script: the same bytes for the same record. */
export function renderSweepHtml(saved: SweepRecord): string {
  const record = cleanSweep(saved);
  const analysis = record.analysis ?? analyseSweep(record);
  const { axes } = record.definition;
  const ratio = axes.length === 1 ? ratioSection(record, analysis) : null;
  const curves = curvesSection(record, analysis.panels);
  const laws = lawsSection(record, analysis.panels);
  const map = mapSection(record, analysis);
  const scaling = analysis.panels[0] !== undefined && isScalingAxis(analysis.panels[0].along);
  const [curve, law, factor, winners] = [
    { id: 'curves', title: 'Throughput', content: curves },
    { id: 'laws', title: 'Law', content: laws },
    { id: 'ratio', title: 'Factor', content: ratio },
    { id: 'map', title: 'Winners', content: map },
  ];
  const sections = [
    ...(axes.length === 1 && scaling ? [curve, law, factor, winners] : [winners, factor, curve, law]),
    { id: 'warnings', title: 'Warnings', content: warningsSection({ warnings: record.warnings }) },
    { id: 'points', title: 'Points', content: pointsSection(record) },
    { id: 'environment', title: 'Machine', content: where(record) },
  ].filter(({ content }) => content !== null);
  const body = html`${header(record)}
${contents(sections)}
<main>
${sections.map(({ content }) => html`${content}\n`)}</main>
${footer(record)}`;
  return renderPage({ title: `Sweep of ${record.definition.workload.name} · Threadmill`, body });
}

function header(record: SweepRecord): Content {
  const { definition, points } = record;
  const facts = [
    definition.workload.name,
    formatPlural(points.length, 'point'),
    ...definition.axes.map(axisRange),
    formatTime(record.createdAt),
  ];
  return html`<header>
<p class="brand"><a href="../index.html">Threadmill</a><span>sweep</span></p>
<p class="run-facts">${facts.map((fact) => html`<span>${fact}</span> `)}</p>
${verdictBlock(cleanVerdict(record.verdict ?? sweepVerdict(record)))}
${sweepBanners(record).map(bannerBlock)}
</header>`;
}

function where(record: SweepRecord): Content {
  return html`<section id="environment" aria-labelledby="environment-title">
<h2 id="environment-title">Machine and options</h2>
<div class="facts">
<div><h3>Machine and versions</h3>${factList(sweepEnvironment(record))}</div>
<div><h3>Options</h3>${factList(sweepOptions(record))}</div>
</div>
<h3 id="repeat">How to repeat</h3>
<dl class="repeat"><div><dt>The command of this sweep; <code>--fresh</code> starts an unfinished one again</dt><dd><code>${record.commandLine}</code></dd></div>
<div><dt>Draw this report again from the folder</dt><dd><code>threadmill ${redactArguments(['report', folderArgument(record)])}</code></dd></div></dl>
<p class="footnote">All figures are in <code>sweep.json</code> beside this report. The folder <code>points/</code> has the run of every point, with its own report and raw rows.</p>
</section>`;
}

function footer(record: SweepRecord): Content {
  const tookMs = record.points.reduce((sum, { result }) => sum + (result?.durationMs ?? 0), 0);
  return html`<footer><p>Threadmill ${record.threadmill} · sweep <code>${record.id}</code> · ${formatTime(record.createdAt)}, ${formatMs(tookMs)} of measuring in ${formatPlural(record.sessions.length, 'session')}</p></footer>`;
}
