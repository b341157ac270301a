import { cleanText } from '../../../core/clean-text.ts';
import { formatCount, formatPlural } from '../../../core/format.ts';
import { brand } from '../../markup/header.ts';
import { type Content, html } from '../../markup/markup.ts';
import { renderPage } from '../../markup/page.ts';
import { variantName } from '../../markup/variant-name.ts';
import type { Entry, EntryKind, IndexView } from '../../view/index.ts';
import { entryItem } from './sections/entry.ts';
import { trendCharts } from './sections/trends.ts';

/** Older ones are folded away. */
const SHOWN = 100;
/** Fewer than this are seen at a glance. */
const WORTH_FILTERING = 6;
const KINDS: readonly (readonly [kind: EntryKind, name: string])[] = [
  ['bench', 'bench'],
  ['profile', 'profile'],
  ['sweep', 'sweep'],
  ['recording', 'recording'],
  ['unreadable', 'unreadable'],
];

/** profiles/index.html: every run, sweep and recording, newest first. */
export function renderIndexPage(view: IndexView): string {
  const { headline, hasRuns, hasSweeps, entries, variants, trends, comparisons, history } = view;
  const body = html`<main>
<header>${brand('index.html', 'runs')}
<h1 class="headline">${headline ?? 'No runs yet'}</h1>
<p class="qualified">${
    headline === null
      ? html`Make one with <code>threadmill bench</code>.`
      : `Newest first.${
          hasRuns
            ? ' Bars are medians per variant, dots are rounds; each run has its own scale from zero.'
            : ''
        }${hasSweeps ? ' Lines are jobs/s along a sweep, from zero.' : ''}`
  }</p>
${variants.length === 0 ? null : html`<p class="key">${variants.map((name) => html`${variantName(name)} `)}</p>`}</header>
${trendCharts(trends, history)}
${comparisonList(comparisons)}
${filter(entries)}
${search(entries)}
<ul class="runs">${entries.slice(0, SHOWN).map(entryItem)}</ul>
${olderOnes(entries.slice(SHOWN))}
${COMPARE_BAR}
</main>`;
  return renderPage({ title: 'Runs · Threadmill', body, script: 'runs' });
}

/** Shown by the script once a run is ticked. */
const COMPARE_BAR = html`<p class="compare" hidden><span role="status"></span> <span class="command"><code></code><button type="button">Copy</button></span></p>`;

function search(entries: readonly Entry[]): Content {
  if (entries.length < 2) return null;
  return html`<p class="search" hidden><label>Search <input type="search" placeholder="workload, variant, id"></label> <span role="status"></span></p>`;
}

/** Without a script: the page's style hides what the chosen button does not stand for. */
function filter(entries: readonly Entry[]): Content {
  const counted = KINDS.map(([kind, name]) => ({
    ...{ kind, name },
    count: entries.filter((entry) => entry.kind === kind).length,
  })).filter(({ count }) => count > 0);
  if (counted.length < 2 || entries.length < WORTH_FILTERING) return null;
  return html`<fieldset class="filter"><legend>Show</legend>
<label><input type="radio" name="kind" value="all" checked>all ${formatCount(entries.length)}</label>
${counted.map(({ kind, name, count }) => html`<label><input type="radio" name="kind" value="${kind}">${name} ${formatCount(count)}</label>\n`)}</fieldset>`;
}

function olderOnes(entries: readonly Entry[]): Content {
  if (entries.length === 0) return null;
  return html`<details class="older"><summary>${formatCount(entries.length)} older</summary>
<ul class="runs">${entries.map(entryItem)}</ul></details>`;
}

function comparisonList(files: readonly string[]): Content {
  if (files.length === 0) return null;
  return html`<details class="comparisons"><summary>${formatPlural(files.length, 'comparison')} of two runs</summary>
<ul>${files.map((file) => html`<li><a href="${encodeURIComponent(file)}">${cleanText(comparisonTitle(file), 200)}</a></li>`)}</ul></details>`;
}

const COMPARISON = /^compare-(.+?Z-[0-9a-z]+)-(.+)\.html$/;

/** `<before> → <after>`, from the name that such a page has by itself. */
function comparisonTitle(file: string): string {
  const [, before, after] = COMPARISON.exec(file) ?? [];
  return before === undefined ? file : `${before} → ${after}`;
}
