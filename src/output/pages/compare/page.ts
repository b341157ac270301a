import type { AgainstSummary } from '../../../analysis/against/summary.ts';
import {
  formatSignedPercent,
  formatSignedRange,
  levelName,
  percentOf,
} from '../../../analysis/comparison/wording.ts';
import { formatCount, formatPlural, formatTime } from '../../../core/format.ts';
import { redactArguments } from '../../../core/redaction.ts';
import { packFlame } from '../../../profile/packed-flame/pack-flame.ts';
import { forestPlot } from '../../charts/forest.ts';
import { brand, factLine } from '../../markup/header.ts';
import { type Content, html } from '../../markup/markup.ts';
import { renderPage } from '../../markup/page.ts';
import type { PageData } from '../../markup/page-data.ts';
import { commandList, factList } from '../../markup/repeat.ts';
import { contentsAndSections } from '../../markup/sections.ts';
import { table } from '../../markup/table.ts';
import { verdictBlock } from '../../markup/verdict.ts';
import { changesTables, gateList, surroundings } from '../../sections/changes.ts';
import type { ComparePageView, RunSide } from '../../view/compare.ts';
import type { VerdictText } from '../../view/verdict.ts';
import { bothTable } from './sections/both.ts';
import { breakdownsSection } from './sections/breakdowns.ts';
import { pageFlames, profilesSection } from './sections/profiles.ts';
import { versionTables } from './sections/versions.ts';
import { wallsSection } from './sections/walls.ts';

/**
 * Two runs of the same work as one HTML file: the same bytes for the same view.
 * @param home path of the list of all runs from the page; null where that is not known.
 */
export function renderComparePage(view: ComparePageView, home: string | null = null): string {
  const flames = pageFlames(view.profiles);
  const data: PageData | undefined = flames.length === 0 ? undefined : { flames: flames.map(packFlame) };
  const times = view.comparison.quantity === 'wall' ? 'Wall time' : 'Response time';
  const body = html`${header(view, home)}
${contentsAndSections([
  { id: 'changes', title: 'Changes', heading: 'What changed', content: changesSection(view) },
  { id: 'walls', title: 'Rounds', heading: `${times} before and after`, content: wallsSection(view) },
  {
    ...{ id: 'breakdown', title: 'Where the time goes', heading: 'Where the time goes, before and after' },
    content: breakdownsSection(view),
  },
  {
    ...{ id: 'profiles', title: 'Flamegraphs', heading: 'CPU time, before and after' },
    content: profilesSection(view),
  },
  { id: 'environment', title: 'Machine', heading: 'Machine and options', content: factsSection(view) },
])}
<footer><p>Threadmill ${view.comparison.after.threadmill} · runs <code>${view.runs.before.id}</code> and <code>${view.runs.after.id}</code></p></footer>`;
  return renderPage({ title: view.title, body, kind: 'comparison', ...(data === undefined ? {} : { data }) });
}

function header(view: ComparePageView, home: string | null): Content {
  const { comparison, runs } = view;
  const { versions } = view;
  const [one, other] = versions === null ? ['before', 'after'] : ['base', 'change'];
  return html`<header>
${brand(home, versions === null ? 'two runs compared' : 'two versions in the same rounds')}
${factLine([view.workload, formatPlural(view.jobs, 'job'), `concurrency ${formatCount(view.concurrency)}`])}
<dl class="runs-compared"><div><dt>${one}</dt><dd>${versionName(versions?.versions.base)}${runLine(runs.before)}</dd></div><div><dt>${other}</dt><dd>${versionName(versions?.versions.change)}${runLine(runs.after)}</dd></div></dl>
${verdictBlock(versions === null ? comparison.verdict : versionsVerdict(versions, comparison.verdict))}
${changesPlot(comparison)}
${surroundings(comparison)}
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
  return html`<figure class="fs-charts alone"><figcaption><b>Change of ${what}</b> with its ${levelName(Math.min(...rows.map(({ ratio }) => ratio.level)))}, log scale; right of the line is slower</figcaption>
${forestPlot(rows, `Change of ${what}`, {
  value: (ratio) => formatSignedPercent(percentOf(ratio)),
  range: (low, high) => formatSignedRange(percentOf(low), percentOf(high)),
  tick: (ratio) => formatSignedPercent(Number(percentOf(ratio).toPrecision(6))),
})}</figure>`;
}

/** The gates' answer comes first; the note on both is that of the comparison. */
function versionsVerdict({ headline, advice, rounds }: AgainstSummary, { lines }: VerdictText): VerdictText {
  const rest = lines.filter(({ topic }) => topic === 'note');
  const adviceLine = advice.length === 0 ? [] : [{ topic: 'advice' as const, text: advice.join(' ') }];
  const text = `${rounds.charAt(0).toUpperCase()}${rounds.slice(1)}.`;
  return {
    headline,
    confidence: { doubt: null },
    lines: [...adviceLine, { topic: 'rounds', text }, ...rest],
  };
}

function versionName(name: string | undefined): Content {
  return name === undefined ? null : html`<b>${name}</b> `;
}

function runLine({ id, createdAt, href, warnings }: RunSide): Content {
  const name = href === null ? html`<code>${id}</code>` : html`<a href="${href}"><code>${id}</code></a>`;
  return html`${name} <span class="quiet">${formatTime(createdAt)}${warnings === 0 ? '' : `, ${formatPlural(warnings, 'warning')} in its report`}</span>`;
}

function changesSection(view: ComparePageView): Content {
  const { comparison, versions, gates } = view;
  if (versions !== null) {
    return html`${versionTables(versions)}
<h3 id="gates">Gates</h3>
${gateList(gates)}
${bothTable(view)}`;
  }
  return html`${changesTables(comparison)}
${bothTable(view)}
<p class="footnote">The change is the Hodges–Lehmann shift of the trials of the two runs; a variant counts as slower or faster only if the
interval excludes no change and Wilcoxon’s rank-sum test, corrected for all variants, is significant. CPU is judged by the same rules, separately.</p>`;
}

function factsSection(view: ComparePageView): Content {
  const { facts, runs } = view;
  const other = facts.filter(({ before, after }) => before !== after);
  const alike = facts.filter(({ before, after }) => before === after);
  return html`${table(
    ['differs', 'before', 'after'],
    other.map(({ label, before, after }) => [label, before, after]),
    { look: 'left facts-of-two' },
  )}
<details class="behind"><summary>The same in both</summary>
${factList(alike.map(({ label, after }) => ({ label, value: after })))}</details>
${repeat(runs, view.versions !== null)}`;
}

function repeat({ before, after }: ComparePageView['runs'], paired: boolean): Content {
  const both = [before.argument, after.argument];
  const steps: readonly (readonly [string, string])[] = paired
    ? [
        ['Both versions again', after.commandLine],
        ['Draw this page again from its folder', `threadmill ${redactArguments(['report', after.argument])}`],
        ['The report of the base', `threadmill ${redactArguments(['report', `${after.argument}/base`])}`],
      ]
    : [
        ['The run before', before.commandLine],
        ['The run after', after.commandLine],
        [
          'Draw this page again from their folders',
          `threadmill ${redactArguments(['report', '--compare', ...both])}`,
        ],
        [
          'The same as text, with an exit code and gates',
          `threadmill ${redactArguments(['compare', ...both])}`,
        ],
      ];
  return html`<h3 id="repeat">How to repeat</h3>
${commandList(steps)}`;
}
