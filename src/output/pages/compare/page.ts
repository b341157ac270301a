import { formatSignedPercent, formatSignedRange, percentOf } from '../../../analysis/comparison/wording.ts';
import { formatCount, formatPlural, formatTime } from '../../../core/format.ts';
import { redactArguments } from '../../../core/redaction.ts';
import { packFlame } from '../../../profile/packed-flame/pack-flame.ts';
import { forestPlot } from '../../charts/forest.ts';
import { contents } from '../../markup/contents.ts';
import { type Content, html } from '../../markup/markup.ts';
import { renderPage } from '../../markup/page.ts';
import type { PageData } from '../../markup/page-data.ts';
import { factList } from '../../markup/repeat.ts';
import { verdictBlock } from '../../markup/verdict.ts';
import { changesTables, surroundings } from '../run/sections/changes.ts';
import { bothTable } from './sections/both.ts';
import { breakdownsSection } from './sections/breakdowns.ts';
import { pageFlames, profilesSection } from './sections/profiles.ts';
import { wallsSection } from './sections/walls.ts';
import type { ComparePageView, RunSide } from './view.ts';

/** Two runs of the same work as one HTML file: the same bytes for the same view. */
export function renderComparePage(view: ComparePageView): string {
  const flames = pageFlames(view.profiles);
  const data: PageData | undefined = flames.length === 0 ? undefined : { flames: flames.map(packFlame) };
  const sections = [
    { id: 'changes', title: 'What changed', content: changesSection(view) },
    { id: 'walls', title: 'Rounds', content: wallsSection(view) },
    { id: 'breakdown', title: 'Where the wall goes', content: breakdownsSection(view) },
    { id: 'profiles', title: 'Flamegraphs', content: profilesSection(view) },
    { id: 'environment', title: 'Machine and repeating', content: factsSection(view) },
  ].filter(({ content }) => content !== null);
  const body = html`${header(view)}
${contents(sections)}
<main>
${sections.map(({ content }) => html`${content}\n`)}</main>
<footer><p>Threadmill ${view.comparison.after.threadmill} · runs <code>${view.runs.before.id}</code> and <code>${view.runs.after.id}</code></p></footer>`;
  return renderPage({ title: view.title, body, kind: 'comparison', ...(data === undefined ? {} : { data }) });
}

/** What differs around the runs comes before what is said of them: it may be why. */
function header(view: ComparePageView): Content {
  const { comparison, runs } = view;
  return html`<header>
<p class="brand"><b>Threadmill</b><span>two runs compared</span></p>
<p class="run-facts"><span>${view.workload}</span> <span>${formatPlural(view.jobs, 'job')}</span> <span>${formatCount(view.concurrency)} in flight</span></p>
<dl class="runs-compared"><div><dt>before</dt><dd>${runLine(runs.before)}</dd></div><div><dt>after</dt><dd>${runLine(runs.after)}</dd></div></dl>
${surroundings(comparison)}
${verdictBlock(comparison.verdict)}
${changesPlot(comparison)}
</header>`;
}

/** The change of every variant's time, with its interval. */
function changesPlot({ variants, quantity }: ComparePageView['comparison']): Content {
  const rows = variants.flatMap(({ name, change: { ratio, verdict } }) =>
    ratio === null
      ? []
      : [
          {
            variant: name,
            ratio,
            note: verdict === 'inconclusive' ? 'inconclusive' : null,
            emphasised: verdict === 'increased' || verdict === 'decreased',
          },
        ],
  );
  if (rows.length === 0) return null;
  const what = quantity === 'wall' ? 'time' : 'response time';
  return html`<figure class="fs-charts alone"><figcaption><b>Change of ${what}</b> with its interval, log scale; right of the line is slower</figcaption>
${forestPlot(rows, `Change of ${what}`, {
  value: (ratio) => formatSignedPercent(percentOf(ratio)),
  range: (low, high) => formatSignedRange(percentOf(low), percentOf(high)),
  tick: (ratio) => formatSignedPercent(Number(percentOf(ratio).toPrecision(6))),
})}</figure>`;
}

function runLine({ id, createdAt, href, warnings }: RunSide): Content {
  const name = href === null ? html`<code>${id}</code>` : html`<a href="${href}"><code>${id}</code></a>`;
  return html`${name} <span class="quiet">${formatTime(createdAt)}${warnings === 0 ? '' : `, ${formatPlural(warnings, 'warning')} in its report`}</span>`;
}

function changesSection(view: ComparePageView): Content {
  const { comparison } = view;
  return html`<section id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">What changed</h2>
${changesTables(comparison)}
${bothTable(view)}
<p class="footnote">The change is the Hodges–Lehmann shift of the trials of the two runs; a variant counts as slower or faster only if its
interval leaves out no change and Wilcoxon’s rank-sum test, corrected for all variants, says so. CPU is judged by the same rules, on its own.</p>
</section>`;
}

function factsSection({ facts, runs }: ComparePageView): Content {
  const other = facts.filter(({ before, after }) => before !== after);
  const alike = facts.filter(({ before, after }) => before === after);
  return html`<section id="environment" aria-labelledby="environment-title">
<h2 id="environment-title">Where and how they ran</h2>
<div class="scroll" tabindex="0"><table class="left facts-of-two">
<thead><tr><th scope="col">not the same</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${other.map(({ label, before, after }) => html`<tr><th scope="row">${label}</th><td>${before}</td><td>${after}</td></tr>`)}</tbody></table></div>
<details class="behind"><summary>The same in both</summary>
${factList(alike.map(({ label, after }) => ({ label, value: after })))}</details>
${repeat(runs)}
</section>`;
}

function repeat({ before, after }: ComparePageView['runs']): Content {
  const both = [before.argument, after.argument];
  const steps = [
    ['The run before', before.commandLine],
    ['The run after', after.commandLine],
    [
      'Draw this page again from their folders',
      `threadmill ${redactArguments(['report', '--compare', ...both])}`,
    ],
    ['The same as text, with an exit code and gates', `threadmill ${redactArguments(['compare', ...both])}`],
  ];
  return html`<h3 id="repeat">How to repeat it</h3>
<dl class="repeat">${steps.map(([purpose, command]) => html`<div><dt>${purpose}</dt><dd><code>${command}</code></dd></div>`)}</dl>`;
}
