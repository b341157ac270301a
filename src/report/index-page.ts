import { comparedEstimate } from '../types/comparable-blocks.ts';
import type { RunRecord } from '../types/run-record.ts';
import type { SweepRecord } from '../types/sweep-record.ts';
import { VARIANT_NAMES } from '../types/variant-names.ts';
import { cleanText } from './clean-text.ts';
import { formatMs, formatPlural, formatTime } from './format.ts';
import { type Content, html } from './html/markup.ts';
import { renderPage } from './html/page.ts';
import { variantName } from './html/summary.ts';
import { sweepVerdict } from './sweep/verdict.ts';
import { axisRange } from './sweep/wording.ts';
import { verdictOf } from './verdict/verdict.ts';

/** One folder under profiles/, whatever its state. */
export interface RunListing {
  readonly id: string;
  /** Null if run.json is missing or can't be read; `problem` says why. */
  readonly record: RunRecord | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

/** A sweep, likewise. */
export interface SweepListing {
  readonly id: string;
  readonly record: SweepRecord | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

const SPARK_ROW_PX = 9;

/** profiles/index.html: every run and sweep, the newest first, each with a link to its report. */
export function renderIndexHtml(runs: readonly RunListing[], sweeps: readonly SweepListing[] = []): string {
  const entries = [
    ...runs.map((run) => ({ key: orderKey(run), content: entry(run) })),
    ...sweeps.map((sweep) => ({ key: orderKey(sweep), content: sweepEntry(sweep) })),
  ].sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0));
  const title = [
    ...(runs.length > 0 || sweeps.length === 0 ? [formatPlural(runs.length, 'run')] : []),
    ...(sweeps.length > 0 ? [formatPlural(sweeps.length, 'sweep')] : []),
  ].join(' and ');
  const none = entries.length === 0;
  const body = html`<main>
<header><p class="brand"><a href="index.html">Threadmill</a><span>runs</span></p>
<h1 class="headline">${none ? 'No runs yet' : title}</h1>
<p class="qualified">${none ? html`<code>threadmill bench</code> makes the first.` : 'The newest first. The bars are the median wall times of the variants, each run on its own scale from zero.'}</p>
${none ? null : html`<p class="key">${VARIANT_NAMES.map((name) => html`${variantName(name)} `)}</p>`}</header>
<ul class="runs">${entries.map(({ content }) => content)}</ul>
</main>`;
  return renderPage({ title: 'Runs · Threadmill', body });
}

/** Creation time where it is known; else the id, which begins with the same digits. */
function orderKey({
  id,
  record,
}: {
  readonly id: string;
  readonly record: { readonly createdAt: string } | null;
}): string {
  return `${(record?.createdAt ?? id).replace(/[^\dTZ]/g, '').slice(0, 15)} ${id}`;
}

function entry(run: RunListing): Content {
  const id = cleanText(run.id, 80);
  if (run.record === null) {
    return html`<li><div><h2>${id}</h2><p class="meta"><span class="status unreadable">unreadable</span></p>
<p class="problem">${cleanText(run.problem ?? 'run.json cannot be read')}</p></div></li>`;
  }
  const { record } = run;
  const headline = verdictOf(record).text;
  const href = `${encodeURIComponent(run.id)}/report.html`;
  const meta = [
    html`<span class="status ${record.status}">${record.status}</span>`,
    html`<span>${record.command}</span>`,
    html`<span>${cleanText(record.spec.workload.name, 80)}</span>`,
    html`<span>${formatPlural(record.spec.jobs, 'job')}</span>`,
    html`<span>${formatTime(record.createdAt)}</span>`,
    html`<span><code>${id}</code></span>`,
  ];
  return html`<li><div><h2>${run.hasReport ? html`<a href="${href}">${headline}</a>` : headline}</h2>
<p class="meta">${meta.map((part) => html`${part} `)}</p>
${run.hasReport ? null : html`<p class="meta">No report yet: <code>threadmill report ${id}</code> draws it.</p>`}
${run.problem === null ? null : html`<p class="problem">${cleanText(run.problem)}</p>`}</div>
${spark(record)}</li>`;
}

function sweepEntry({ id: name, record, problem, hasReport }: SweepListing): Content {
  const id = cleanText(name, 80);
  if (record === null) {
    return html`<li><div><h2>${id}</h2><p class="meta"><span class="status unreadable">unreadable</span></p>
<p class="problem">${cleanText(problem ?? 'sweep.json cannot be read')}</p></div></li>`;
  }
  const { definition, points } = record;
  const headline = sweepVerdict(record).text;
  const left = points.filter(({ result }) => result === null).length;
  const meta = [
    html`<span class="status ${record.status}">${record.status}</span>`,
    html`<span>sweep</span>`,
    html`<span>${cleanText(definition.workload.name, 80)}</span>`,
    html`<span>${left === 0 ? formatPlural(points.length, 'point') : `${points.length - left} of ${formatPlural(points.length, 'point')}`}</span>`,
    ...definition.axes.map((axis) => html`<span>${axisRange(axis)}</span>`),
    html`<span>${formatTime(record.createdAt)}</span>`,
    html`<span><code>${id}</code></span>`,
  ];
  return html`<li><div><h2>${hasReport ? html`<a href="${encodeURIComponent(name)}/report.html">${headline}</a>` : headline}</h2>
<p class="meta">${meta.map((part) => html`${part} `)}</p>
${hasReport ? null : html`<p class="meta">No report yet: <code>threadmill report ${id}</code> draws it.</p>`}</div></li>`;
}

function spark({ variants }: RunRecord): Content {
  const walls = variants.flatMap(({ name, summary }) =>
    summary === null ? [] : [{ name, ms: comparedEstimate(summary).estimate }],
  );
  const longest = Math.max(0, ...walls.map(({ ms }) => ms));
  if (longest === 0) return null;
  const label = walls.map(({ name, ms }) => `${name} ${formatMs(ms)}`).join(', ');
  return html`<div class="spark"><svg width="100%" height="${walls.length * SPARK_ROW_PX}" role="img" aria-label="${label}"><title>${label}</title>${walls.map(
    ({ name, ms }, row) =>
      html`<rect class="v-${name}" x="0" y="${row * SPARK_ROW_PX}" width="${((100 * ms) / longest).toFixed(2)}%" height="${SPARK_ROW_PX - 2}" rx="1.5"/>`,
  )}</svg></div>`;
}
