import { isScalingAxis } from '../../../analysis/sweep/axes.ts';
import { axisRange } from '../../../analysis/verdict/sweep/wording.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import { formatMs, formatPlural, formatTime } from '../../../core/format.ts';
import { redactArguments } from '../../../core/redaction.ts';
import { brand, factLine } from '../../markup/header.ts';
import { type Content, html } from '../../markup/markup.ts';
import { bannerBlock, warningList } from '../../markup/notices.ts';
import { renderPage } from '../../markup/page.ts';
import { commandList, factList } from '../../markup/repeat.ts';
import { contentsAndSections, type PageSection } from '../../markup/sections.ts';
import { verdictBlock } from '../../markup/verdict.ts';
import { folderArgument } from '../../view/run/run-argument.ts';
import type { SweepView } from '../../view/sweep.ts';
import { AXIS_WORDS, curvesSection } from './sections/curves.ts';
import { lawsSection } from './sections/laws.ts';
import { mapSection } from './sections/map.ts';
import { pointsSection } from './sections/points.ts';
import { ratioSection } from './sections/ratio.ts';

/** The report of a sweep as one HTML file, without a script: the same bytes for the same view. */
export function renderSweepPage(view: SweepView): string {
  const { record, analysis } = view;
  const { axes, variants } = record.definition;
  const along = analysis.panels[0]?.along;
  const scaling: PageSection[] = [
    {
      ...{ id: 'curves', title: 'Throughput', heading: along && `Throughput by ${AXIS_WORDS[along]}` },
      content: curvesSection(record, analysis.panels),
    },
    {
      ...{ id: 'laws', title: 'Law' },
      heading: along === 'workers' ? 'Amdahl’s law' : 'The Universal Scalability Law',
      content: lawsSection(record, analysis.panels),
    },
  ];
  const factor: PageSection = {
    ...{ id: 'ratio', title: 'Factor', heading: `Speedup vs ${variants[0]}` },
    content: ratioSection(record, analysis),
  };
  const winners: PageSection = {
    ...{ id: 'map', title: 'Winners', heading: 'Winner at each point' },
    content: mapSection(record, analysis),
  };
  const scalingFirst = axes.length === 1 && along !== undefined && isScalingAxis(along);
  const body = html`${header(view)}
${contentsAndSections([
  ...(scalingFirst ? [...scaling, factor, winners] : [winners, factor, ...scaling]),
  { id: 'warnings', title: 'Warnings', content: warningList(record.warnings) },
  { id: 'points', title: 'Points', heading: 'All points', content: pointsSection(record) },
  { id: 'environment', title: 'Machine', heading: 'Machine and options', content: where(view) },
])}
${footer(record)}`;
  return renderPage({ title: `Sweep of ${record.definition.workload.name} · Threadmill`, body });
}

function header({ record, verdict, banners }: SweepView): Content {
  const { definition, points } = record;
  const facts = [
    definition.workload.name,
    formatPlural(points.length, 'point'),
    ...definition.axes.map(axisRange),
    formatTime(record.createdAt),
  ];
  return html`<header>
${brand('../index.html', 'sweep')}
${factLine(facts)}
${verdictBlock(verdict)}
${banners.map(bannerBlock)}
</header>`;
}

function where({ record, environment, options }: SweepView): Content {
  return html`<div class="facts">
<div><h3>Machine and versions</h3>${factList(environment)}</div>
<div><h3>Options</h3>${factList(options)}</div>
</div>
<h3 id="repeat">How to repeat</h3>
${commandList([
  [html`The command of this sweep; <code>--fresh</code> starts an unfinished one again`, record.commandLine],
  [
    'Draw this report again from the folder',
    `threadmill ${redactArguments(['report', folderArgument(record)])}`,
  ],
])}
<p class="footnote">All figures are in <code>sweep.json</code> beside this report. The folder <code>points/</code> has the run of every point, with its own report and raw rows.</p>`;
}

function footer(record: SweepRecord): Content {
  const tookMs = record.points.reduce((sum, { result }) => sum + (result?.durationMs ?? 0), 0);
  return html`<footer><p>Threadmill ${record.threadmill} · sweep <code>${record.id}</code> · ${formatTime(record.createdAt)}, ${formatMs(tookMs)} of measuring in ${formatPlural(record.sessions.length, 'session')}</p></footer>`;
}
