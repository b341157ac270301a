import { formatCount, formatMs, formatPlural, formatTickMs } from '../../../../core/format.ts';
import { TAILS_NOTE } from '../../../../core/labels.ts';
import { ninesOf } from '../../../../core/statistics/distribution.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { type ChartAxis, type ChartPoint, chartFigure, shapeKey } from '../../../charts/line-chart.ts';
import { linearScale, logarithmicScale, type Scale, valueScale } from '../../../charts/scales.ts';
import { explainer } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { warningsAt } from '../../../markup/notices.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { type LatencySeries, TABLE_PERCENTS, type VariantLatencies } from '../../../view/run/latencies.ts';
import type { ReportView } from '../../../view/run/model.ts';

const HEIGHT = 240;
/** Labels of the percentile axis, and where a curve has a mark. */
const TICKS = [50, 90, 99, 99.9, 99.99, 99.999] as const;
/** Where the distribution has one. */
const MARKED = [50, 90, 99] as const;

interface Named {
  readonly variant: VariantName;
  readonly series: LatencySeries;
}

/** How long jobs took, all of them and not their medians alone. */
export function latenciesSection(view: ReportView): Content {
  const { latencies, compared } = view;
  if (latencies.length === 0 && warningsAt('latencies', view) === null) return null;
  const service = named(latencies, ({ service }) => service);
  const response = named(latencies, ({ response }) => response);
  return html`${service.length === 0 ? null : shapeKey(service.map(({ variant }) => variant))}
<div class="figure">
<div>
${response.length === 0 ? null : html`<h3>Response time, from when a job was due</h3>${charts(response, 'response time')}<h3>Service time, from when it started</h3>`}
${charts(service, compared === 'response' ? 'service time' : 'latency')}
<p class="footnote">${TAILS_NOTE[compared]}</p>
${lacking(latencies)}
</div>
${reading(latencies)}
</div>`;
}

function named(
  latencies: readonly VariantLatencies[],
  of: (latencies: VariantLatencies) => LatencySeries | null,
): Named[] {
  return latencies.flatMap((each) => {
    const series = of(each);
    return series === null ? [] : [{ variant: each.variant, series }];
  });
}

function reading(latencies: readonly VariantLatencies[]): Content {
  const sampled = latencies.some((each) => each.sampled);
  return explainer(
    html`<p>Lower is faster. The axis stretches out the slow end: each step (90%, 99%, 99.9%) is ten times rarer.</p>
${sampled ? html`<p>The curves use <strong>a sample</strong>: every n-th job of each trial, because there are too many to draw all.</p>` : null}`,
    html`<p>The folded chart shows the share of jobs done by each time. A steep curve means jobs take about the same time;
steps mean there are several kinds of job.</p>
<p>All jobs that ended ok, of all rounds that count. The summary takes percentiles per round first, so its figures can differ
a little. A curve ends where fewer than ten jobs lie beyond it: p99 needs 1,000 jobs, p99.9 needs 10,000.</p>`,
  );
}

function charts(shown: readonly Named[], what: string): Content {
  if (shown.length === 0) return null;
  const variants = shown.map(({ variant }) => variant).join(', ');
  const times = valueScale(shown.flatMap(({ series }) => [series.least, series.greatest]));
  const curves = shown.filter(({ series }) => series.curve.length > 0);
  const shares = chartFigure({
    description: `Share of jobs by ${what}, for ${variants}; the table below has the figures.`,
    height: HEIGHT,
    x: timeAxis(times, what),
    y: { scale: shareScale, title: 'share of jobs', label: (share) => `${Math.round(100 * share)}%` },
    guides: [],
    series: shown.map(({ variant, series }) => ({
      variant,
      lines: [{ kind: 'steps', points: series.steps.map(({ value, share }) => [value, share]) }],
      points: marksOf(variant, series, MARKED).map((mark) => ({ ...mark, x: mark.y, y: mark.x / 100 })),
    })),
    marks: [],
    apart: false,
  });
  if (curves.length === 0) {
    return html`<p class="quiet">Too few jobs for percentiles.</p>
${shares}
${percentileTable(shown, what)}`;
  }
  return html`${percentileChart(curves, times, what)}
<div class="asides"><details class="behind"><summary>Share of jobs done by each time</summary>${shares}</details>
${percentileTable(shown, what)}</div>`;
}

/** @param times the axis of the other chart: either both are logarithmic, or neither is. */
function percentileChart(shown: readonly Named[], { logarithmic }: Scale, what: string): Content {
  const values = shown.flatMap(({ series }) => series.curve.map(({ value }) => value));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const last = Math.max(...shown.map(({ series }) => series.curve.at(-1)!.percent));
  const end = ninesOf(last);
  return chartFigure({
    description: `Percentiles of ${what}, for ${shown.map(({ variant }) => variant).join(', ')}; the table below has the figures.`,
    height: HEIGHT,
    x: {
      scale: {
        at: (percent) => (0.97 * ninesOf(percent)) / end,
        ticks: TICKS.filter((percent) => percent <= last + 1e-9),
        logarithmic: true,
      },
      title: 'percentile',
      label: (percent) => `${percent}%`,
    },
    y: timeAxis(logarithmic ? logarithmicScale(least, most) : linearScale(most), what),
    guides: [],
    series: shown.map(({ variant, series }) => ({
      variant,
      lines: [{ kind: 'curve', points: series.curve.map(({ percent, value }) => [percent, value]) }],
      points: marksOf(variant, series, TICKS),
    })),
    marks: [],
    apart: false,
  });
}

/** x is the percentile, y the time. */
function marksOf(variant: VariantName, { percentiles }: LatencySeries, at: readonly number[]): ChartPoint[] {
  return TABLE_PERCENTS.flatMap((percent, index): ChartPoint[] => {
    const ms = percentiles[index] ?? null;
    if (ms === null || !at.includes(percent)) return [];
    const title = `${variant}, p${percent}: ${formatMs(ms)}`;
    return [{ x: percent, y: ms, low: null, high: null, hollow: false, title }];
  });
}

const shareScale: Scale = { at: (share) => share, ticks: [0, 0.25, 0.5, 0.75, 1], logarithmic: false };

function timeAxis(scale: Scale, what: string): ChartAxis {
  return { scale, title: scale.logarithmic ? `${what}, logarithmic` : what, label: (ms) => formatTickMs(ms) };
}

function percentileTable(shown: readonly Named[], what: string): Content {
  return html`<details class="behind"><summary>The same as a table</summary>
${table(
  ['percentile', ...shown.map(({ variant }) => variantName(variant))],
  [
    ['min', ...shown.map(({ series }) => formatMs(series.least))],
    ...TABLE_PERCENTS.map((percent, index) => [
      `p${percent}`,
      ...shown.map(({ series }) => formatMs(series.percentiles[index])),
    ]),
    ['max', ...shown.map(({ series }) => formatMs(series.greatest))],
  ],
  {
    caption: `Percentiles of the ${what}; — where fewer than ten jobs lie beyond`,
    foot: [['jobs', ...shown.map(({ series }) => formatCount(series.times))]],
  },
)}</details>`;
}

/** Without the files of rows there is less to draw, or nothing; of very many rows not all are read. */
function lacking(latencies: readonly VariantLatencies[]): Content {
  const without = (of: (each: VariantLatencies) => number): string =>
    latencies
      .filter((each) => of(each) > 0)
      .map((each) => {
        const all = each.trials + each.missing + each.leftOut;
        return `${each.variant} ${formatPlural(of(each), 'trial')} of ${formatCount(all)}`;
      })
      .join(', ');
  const missing = without((each) => each.missing);
  const leftOut = without((each) => each.leftOut);
  return [
    missing === ''
      ? null
      : html`<p class="quiet">The rows of some trials are not in the run folder (<code>jobs/</code>): ${missing}.</p>`,
    leftOut === ''
      ? null
      : html`<p class="quiet">Some trials were left out, evenly spaced, to read fewer rows: ${leftOut}.</p>`,
  ];
}
