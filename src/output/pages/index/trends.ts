import { type Plan, unlikeWork } from '../../../analysis/comparison/same-work.ts';
import { formatSignedPercent } from '../../../analysis/comparison/wording.ts';
import { cleanText } from '../../../core/clean-text.ts';
import { comparedEstimate } from '../../../core/documents/comparable.ts';
import { formatCount, formatMs, formatPlural, formatTime } from '../../../core/format.ts';
import { VARIANT_NAMES, type VariantName } from '../../../core/variants.ts';
import type { RunListing } from '../../../store/list-runs.ts';
import { type Content, html } from '../../markup/markup.ts';
import { variantName } from '../../markup/variant-name.ts';

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

export interface TrendPoint {
  readonly plan: Plan;
  /** ISO 8601. */
  readonly at: string;
  /** Median wall of each variant that has one, or response time of an open loop, in ms. */
  readonly ms: ReadonlyMap<VariantName, number>;
}

/** Null for a run that is not complete. */
export function trendPoint({ record }: RunListing): TrendPoint | null {
  if (record === null || record.status !== 'completed') return null;
  const ms = record.variants.flatMap(({ name, summary }) => {
    const estimate = summary === null ? null : comparedEstimate(summary);
    return estimate === null ? [] : [[name, estimate.estimate] as const];
  });
  const { spec, server, createdAt } = record;
  return ms.length === 0
    ? null
    : { plan: { spec, server: { kind: server.kind } }, at: createdAt, ms: new Map(ms) };
}

/** One line chart for each workload that ran at least three times with the same plan: is it getting slower? */
export function trends(points: readonly TrendPoint[]): Content {
  const groups: TrendPoint[][] = [];
  // The newest first, so that groups come in the order of their newest run.
  for (const point of points.toSorted((a, b) => (a.at < b.at ? 1 : -1))) {
    const group = groups.find(([first]) => unlikeWork(first!.plan, point.plan).length === 0);
    if (group === undefined) groups.push([point]);
    else if (group.length < MAX_RUNS) group.push(point);
  }
  const drawn = groups.filter(({ length }) => length >= MIN_RUNS).slice(0, MAX_TRENDS);
  if (drawn.length === 0) return null;
  return html`<details class="trends" open><summary><h2>Trends</h2></summary>
<p class="meta">Change of each variant’s median time since the oldest run shown, which is left. Runs share a chart if they did the same work.</p>
<ul>${drawn.map((group) => trend(group.toReversed()))}</ul></details>`;
}

/** @param runs the oldest first */
function trend(runs: readonly TrendPoint[]): Content {
  const { plan, at } = runs.at(-1)!;
  const lines = VARIANT_NAMES.flatMap((variant) => {
    const line = runs.flatMap(({ ms }, index) => {
      const value = ms.get(variant);
      return value === undefined ? [] : [{ index, value }];
    });
    return line.length === 0 ? [] : [{ variant, line, first: line[0]!.value, newest: line.at(-1)!.value }];
  });
  const largest = Math.max(
    MIN_CHANGE,
    ...lines.flatMap(({ line, first }) => line.map(({ value }) => Math.abs(Math.log(value / first)))),
  );
  const x = (index: number) => Math.round((WIDTH * index) / (runs.length - 1));
  const y = (ratio: number) => Math.round((HEIGHT / 2) * (1 - Math.log(ratio) / largest));
  const { spec } = plan;
  return html`<li><h3>${cleanText(spec.workload.name, 80)}</h3>
<p class="meta">${formatPlural(spec.jobs, 'job')} · concurrency ${formatCount(spec.concurrency)} · ${formatPlural(runs.length, 'run')} · newest ${formatTime(at)}</p>
<div class="trend"><span>${formatSignedPercent(100 * (Math.exp(largest) - 1))}</span><svg class="trend-lines" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><path d="M0 ${HEIGHT / 2}H${WIDTH}"/>${lines.map(
    ({ variant, line, first }) =>
      html`<polyline class="v-${variant}" points="${line.map(({ index, value }) => `${x(index)},${y(value / first)}`).join(' ')}"/>`,
  )}</svg><span>${formatSignedPercent(100 * (Math.exp(-largest) - 1))}</span></div>
<table><thead><tr><th scope="col">variant</th><th scope="col">oldest</th><th scope="col">newest</th><th scope="col">change</th></tr></thead><tbody>${lines.map(
    ({ variant, first, newest }) =>
      html`<tr><th scope="row">${variantName(variant)}</th><td>${formatMs(first)}</td><td>${formatMs(newest)}</td><td>${formatSignedPercent(100 * (newest / first - 1))}</td></tr>`,
  )}</tbody></table></li>`;
}
