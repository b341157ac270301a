import { changeHeadline, timeNote } from '../changes/wording.ts';
import { formatCount, formatPlural, formatTime } from '../format.ts';
import { changeTables, surroundings } from '../html/changes.ts';
import { type Content, html } from '../html/markup.ts';
import { renderPage } from '../html/page.ts';
import { verdictBlock } from '../html/verdict.ts';
import { packFlame } from '../packed-flame/pack-flame.ts';
import type { PageData } from '../page-data.ts';
import { phrasesOf } from '../verdict/wording.ts';
import { accountsSection } from './accounts.ts';
import { bothTable } from './both.ts';
import { pageFlames, profilesSection } from './profiles.ts';
import type { ComparePageView, RunSide } from './view.ts';
import { wallsSection } from './walls.ts';

/** Two runs of the same work as one HTML file: the same bytes for the same view. */
export function renderComparePage(view: ComparePageView): string {
  const flames = pageFlames(view.profiles);
  const data: PageData | undefined = flames.length === 0 ? undefined : { flames: flames.map(packFlame) };
  const body = html`<main>
${header(view)}
${changesSection(view)}
${wallsSection(view)}
${accountsSection(view)}
${profilesSection(view)}
${factsSection(view)}
${repeatSection(view)}
</main>`;
  return renderPage({ title: view.title, body, kind: 'comparison', ...(data === undefined ? {} : { data }) });
}

/** What differs around the runs comes before what is said of them: it may be why. */
function header(view: ComparePageView): Content {
  const { comparison, runs } = view;
  const [first = '', ...more] = changeHeadline(comparison);
  const lines = [...more.map((text) => ['also', 'Also', text]), ['note', 'Note', timeNote(comparison)]];
  return html`<header>
<p class="brand"><b>Threadmill</b><span>two runs compared</span></p>
<p class="run-facts"><span>${view.workload}</span> <span>${formatPlural(view.jobs, 'job')}</span> <span>${formatCount(view.concurrency)} in flight</span></p>
<dl class="runs-compared"><div><dt>before</dt><dd>${runLine(runs.before)}</dd></div><div><dt>after</dt><dd>${runLine(runs.after)}</dd></div></dl>
${surroundings(comparison)}
${verdictBlock({
  headline: phrasesOf([first]),
  lines: lines.map(([topic = '', label = '', text = '']) => ({ topic, label, phrases: phrasesOf([text]) })),
})}
</header>`;
}

function runLine({ id, createdAt, href, warnings }: RunSide): Content {
  const name = href === null ? html`<code>${id}</code>` : html`<a href="${href}"><code>${id}</code></a>`;
  return html`${name} <span class="quiet">${formatTime(createdAt)}${warnings === 0 ? '' : `, ${formatPlural(warnings, 'warning')} in its report`}</span>`;
}

function changesSection(view: ComparePageView): Content {
  const { comparison } = view;
  return html`<section id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">What changed</h2>
${changeTables(comparison)}
${bothTable(view)}
<p class="footnote">The change is the Hodges–Lehmann shift of the blocks of the two runs; a variant counts as slower or faster only if its
interval leaves out no change and Wilcoxon’s rank-sum test, corrected for all variants, says so.</p>
</section>`;
}

function factsSection({ facts }: ComparePageView): Content {
  return html`<section id="environment" aria-labelledby="environment-title">
<h2 id="environment-title">Where and how they ran</h2>
<div class="scroll" tabindex="0"><table class="left facts-of-two">
<thead><tr><th scope="col">what</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${facts.map(({ label, before, after }) =>
    before === after
      ? html`<tr><th scope="row">${label}</th><td colspan="2">${after}</td></tr>`
      : html`<tr><th scope="row">${label}</th><td>${before}</td><td>${after}</td></tr>`,
  )}</tbody></table></div>
</section>`;
}

function repeatSection({ runs: { before, after } }: ComparePageView): Content {
  const steps = [
    ['The run before', before.commandLine],
    ['The run after', after.commandLine],
    ['Draw this page again from their folders', `threadmill report --compare ${before.id} ${after.id}`],
    ['The same as text, with an exit code and gates', `threadmill compare ${before.id} ${after.id}`],
  ];
  return html`<section aria-labelledby="repeat">
<h3 id="repeat">How to repeat it</h3>
<dl class="repeat">${steps.map(([purpose, command]) => html`<div><dt>${purpose}</dt><dd><code>${command}</code></dd></div>`)}</dl>
</section>`;
}
