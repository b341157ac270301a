import { formatCount, formatShare, formatUs, NONE } from '../../../core/format.ts';
import { CATEGORY_NAMES } from '../../../core/labels.ts';
import { type Content, html } from '../../markup/markup.ts';
import type { ProfileSide, ThreadSide } from './view.ts';

/** One row for each process, and for each of its threads where there are several. */
export function sidesTable(sides: readonly ProfileSide[]): Content {
  const withJobs = sides.some(({ jobs }) => jobs !== null);
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="read-title"><table>
<thead><tr><th scope="col">profile</th><th scope="col">recorded</th><th scope="col">busy</th>${withJobs ? html`<th scope="col">jobs</th><th scope="col">busy per job</th>` : null}<th scope="col">garbage collection</th><th scope="col">samples</th><th scope="col">one every</th></tr></thead>
<tbody>${sides.map((side) => [
    figuresRow({ ...side, label: side.name }, side.jobs, withJobs, false),
    ...side.threads.map((thread) => figuresRow(thread, null, withJobs, true)),
  ])}</tbody></table></div>`;
}

function figuresRow(
  { label, durationUs, busyUs, gcUs, samples, intervalUs }: ThreadSide,
  jobs: number | null,
  withJobs: boolean,
  isPart: boolean,
): Content {
  return html`<tr${isPart ? html` class="sub"` : null}><th scope="row">${label}</th>
<td>${formatUs(durationUs)}</td>
<td><b>${formatUs(busyUs)}</b><small>${share(busyUs, durationUs)}</small></td>
${withJobs ? html`<td>${formatCount(jobs)}</td><td>${formatUs(jobs === null ? null : busyUs / jobs)}</td>` : null}
<td>${formatUs(gcUs)}<small>${share(gcUs, busyUs)} of busy</small></td>
<td>${samples === 0 ? NONE : formatCount(samples)}</td><td>${formatUs(intervalUs)}</td></tr>`;
}

/** Own time by kind of code, the profiles side by side. */
export function kindsTable(sides: readonly ProfileSide[]): Content {
  const names = new Map<string, string>();
  for (const { kinds } of sides) {
    for (const kind of kinds) names.set(keyOf(kind), kind.package ?? CATEGORY_NAMES[kind.category]);
  }
  const timeOf = ({ kinds }: ProfileSide, key: string): number =>
    kinds.find((kind) => keyOf(kind) === key)?.self ?? 0;
  const most = (key: string): number => Math.max(...sides.map((side) => timeOf(side, key)));
  const keys = [...names.keys()].sort((one, other) => most(other) - most(one));
  return html`<div class="scroll" tabindex="0"><table class="functions">
<caption>Busy time by kind of code, dependencies by package</caption>
<thead><tr><th scope="col">code</th>${sides.map(({ name }) => html`<th scope="col" class="cut" title="${name}">${name}</th><th scope="col">share</th>`)}</tr></thead>
<tbody>${keys.map(
    (key) =>
      html`<tr><th scope="row">${names.get(key)}</th>${sides.map((side) => html`<td>${formatUs(timeOf(side, key))}</td><td>${share(timeOf(side, key), side.busyUs)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

function keyOf({ category, package: owner }: ProfileSide['kinds'][number]): string {
  return `${category}\0${owner}`;
}

/** V8 says which line it was in of JavaScript only; a profile may have none of it. */
export function linesTable({ name, lines, busyUs }: ProfileSide): Content {
  if (lines.length === 0) {
    return html`<p class="quiet">${name} does not say which lines its samples were taken in.</p>`;
  }
  return html`<div class="scroll" tabindex="0"><table class="functions">
<caption>Lines of ${name} by their own time</caption>
<thead><tr><th scope="col">line</th><th scope="col">self</th><th scope="col">share</th></tr></thead>
<tbody>${lines.map(
    ({ name: fn, place, self }) =>
      html`<tr><th scope="row">${place}<small>${fn}</small></th><td>${formatUs(self)}</td><td>${share(self, busyUs)}</td></tr>`,
  )}</tbody></table></div>`;
}

function share(us: number, of: number): string {
  return formatShare(of > 0 ? us / of : null);
}
