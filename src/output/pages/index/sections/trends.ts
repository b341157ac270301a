import { formatSignedPercent } from '../../../../analysis/comparison/wording.ts';
import { groupRuns, type RunFigures } from '../../../../analysis/history/series.ts';
import { cleanText } from '../../../../core/clean-text.ts';
import { formatCount, formatMs, formatPlural, formatTime } from '../../../../core/format.ts';
import { VARIANT_NAMES } from '../../../../core/variants.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';

/** With fewer runs there is no trend to see. */
const MIN_RUNS = 3;
/** The newest ones are drawn. */
const MAX_RUNS = 60;
/** Workloads whose newest run is newest. */
const MAX_TRENDS = 8;
/** Logarithm of the least change that fills the height: less is scatter. */
const MIN_CHANGE = Math.log(1.1);
/** Coordinates of a drawing that is stretched. */
const WIDTH = 1_000;
const HEIGHT = 100;

/** One line chart for each workload that ran at least three times with the same plan: is it getting slower? */
export function trendCharts(runs: readonly RunFigures[], history: string | null): Content {
  const drawn = groupRuns(runs)
    .map((group) => group.slice(-MAX_RUNS))
    .filter(({ length }) => length >= MIN_RUNS)
    .slice(0, MAX_TRENDS);
  if (drawn.length === 0) return null;
  return html`<details class="trends" open><summary><h2>Trends</h2></summary>
<p class="meta">Change of each variant’s median time since the oldest run shown (left). Runs share a chart if work, options and machine
are the same. ${
    history === null
      ? html`<code>threadmill history</code> finds the change points.`
      : html`<a href="${history}">History</a> shows the change points and their commits.`
  }</p>
<ul>${drawn.map(trend)}</ul></details>`;
}

/** @param runs the oldest first */
function trend(runs: readonly RunFigures[]): Content {
  const { plan, createdAt } = runs.at(-1)!;
  const lines = VARIANT_NAMES.flatMap((variant) => {
    const line = runs.flatMap(({ figures }, index) => {
      const time = figures.find((each) => each.variant === variant && each.quantity !== 'cpu');
      return time === undefined ? [] : [{ index, value: time.ms.estimate }];
    });
    return line.length < 2 ? [] : [{ variant, line, first: line[0]!.value, newest: line.at(-1)!.value }];
  });
  const largest = Math.max(
    MIN_CHANGE,
    ...lines.flatMap(({ line, first }) => line.map(({ value }) => Math.abs(Math.log(value / first)))),
  );
  const x = (index: number) => Math.round((WIDTH * index) / (runs.length - 1));
  const y = (ratio: number) => Math.round((HEIGHT / 2) * (1 - Math.log(ratio) / largest));
  const { spec } = plan;
  return html`<li><h3>${cleanText(spec.workload.name, 80)}</h3>
<p class="meta">${formatPlural(spec.jobs, 'job')} · concurrency ${formatCount(spec.concurrency)} · ${formatPlural(runs.length, 'run')} · newest ${formatTime(createdAt)}</p>
<div class="trend"><span>${formatSignedPercent(100 * (Math.exp(largest) - 1))}</span><svg class="trend-lines" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path d="M0 ${HEIGHT / 2}H${WIDTH}"/>${lines.map(
    ({ variant, line, first }) =>
      html`<polyline class="v-${variant}" points="${line.map(({ index, value }) => `${x(index)},${y(value / first)}`).join(' ')}"/>`,
  )}</svg><span>${formatSignedPercent(100 * (Math.exp(-largest) - 1))}</span></div>
<table><thead><tr><th scope="col">variant</th><th scope="col">oldest</th><th scope="col">newest</th><th scope="col">change</th></tr></thead><tbody>${lines.map(
    ({ variant, first, newest }) =>
      html`<tr><th scope="row">${variantName(variant)}</th><td>${formatMs(first)}</td><td>${formatMs(newest)}</td><td>${formatSignedPercent(100 * (newest / first - 1))}</td></tr>`,
  )}</tbody></table></li>`;
}
