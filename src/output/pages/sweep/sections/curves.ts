import { isScalingAxis } from '../../../../analysis/sweep/axes.ts';
import { claimedPeak, hasPoorFit } from '../../../../analysis/verdict/sweep/laws.ts';
import { axisPlace, axisTitle, axisValue } from '../../../../analysis/verdict/sweep/wording.ts';
import type { Capacity, Curve, CurvePoint, Law, Panel } from '../../../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../../../core/documents/sweep-record.ts';
import { formatFactor, formatFactorRange, formatNumber, NONE } from '../../../../core/format.ts';
import { reasonText } from '../../../../core/reasons.ts';
import { throughputAt } from '../../../../core/statistics/scalability-fit.ts';
import {
  type ChartLine,
  type ChartMark,
  type ChartPoint,
  type ChartSeries,
  chartFigure,
  shapeKey,
} from '../../../charts/line-chart.ts';
import { linearScale, measuredScale, type Scale, valueScale } from '../../../charts/scales.ts';
import { explainer } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';

const SAMPLES = 60;
const HEIGHT = 300;
const SMALL_HEIGHT = 220;
/** How far beyond the last measured value a predicted peak is still drawn. */
const FARTHEST = 2;

/** Throughput of every variant along the axis, what of it is left of growing in proportion, and the figures. */
export function curvesSection(record: SweepRecord, panels: readonly Panel[]): Content {
  const [first] = panels;
  if (first === undefined) return null;
  const { variants } = record.definition;
  const scaling = isScalingAxis(first.along);
  const rates = valueScale(panels.flatMap(ratesOf));
  return html`${shapeKey(variants)}
<div class="figure">
<div class="${panels.length > 1 ? 'panels' : 'panels single'}">${panels.map((panel) => panelFigures(panel, record, panels.length > 1, scaling, rates))}</div>
${explainerOf(first, scaling, panels.length === 1)}
</div>`;
}

export const AXIS_WORDS: Readonly<Record<Panel['along'], string>> = {
  concurrency: 'concurrency',
  workers: 'threads',
  'queue-workers': 'workers of the queue',
  cpu: 'CPU work',
  latency: 'latency',
  payload: 'payload',
  'uv-threads': 'libuv threads',
};

function explainerOf({ along }: Panel, scaling: boolean, withShares: boolean): Content {
  return explainer(html`<p>A mark is the median over the rounds of one point, with its 95% CI (the range with fewer than 6 rounds). Throughput counts jobs while every slot was busy; the
end, where slots run out of jobs, is left out. Points were measured in shuffled order, so that machine drift does not
bend a curve. Hollow marks are excluded from fits.</p>
${
  scaling
    ? html`<p>The grey line is linear scaling. ${along === 'workers' ? html`The dashed line is Amdahl’s law: the serial share bends it.` : html`The ${along === 'concurrency' ? 'dashed line' : 'line'} is the Universal Scalability Law: σ (contention) bends it, κ (coherency, the cost per pair) makes it fall.`}${along === 'queue-workers' ? ' Beyond the measured points it is dashed; the hollow mark is a prediction, with the 95% interval of one measurement.' : ''}${withShares ? ' The second chart is the share of linear scaling reached: 100% is perfect.' : ''}</p>
<p>A law describes the measured points. Beyond the last one it is an extrapolation.</p>`
    : null
}`);
}

function panelFigures(
  panel: Panel,
  record: SweepRecord,
  small: boolean,
  scaling: boolean,
  rates: Scale,
): Content {
  const other = record.definition.axes.find(({ name }) => name !== panel.along);
  const place = panel.at === null || other === undefined ? null : axisPlace(other.name, panel.at);
  if (panel.curves.every(({ points }) => points.every(({ throughput }) => throughput === null))) {
    return place === null
      ? null
      : html`<div><h3>${place}</h3><p class="quiet">Nothing measured yet.</p></div>`;
  }
  return html`<div>${place === null ? null : html`<h3>${place}</h3>`}
${throughputChart(panel, small, scaling, place, rates)}
${scaling && !small ? shareChart(panel, place) : null}
${pointsTable(panel, scaling)}</div>`;
}

function axisOf({ along, curves }: Panel): { values: number[]; until: number } {
  const values = [...new Set(curves.flatMap(({ points }) => points.map(({ n }) => n)))].sort((a, b) => a - b);
  const last = values.at(-1)!;
  const peaks = along === 'workers' ? [] : curves.flatMap(({ law }) => claimedPeak(law)?.n ?? []);
  const beyond = [...peaks, ...curves.flatMap((curve) => predictedOf(curve).map(({ n }) => n))];
  return { values, until: Math.max(last, ...beyond.filter((n) => n <= FARTHEST * last)) };
}

function predictedOf({ capacity, law }: Curve): Capacity['predicted'] {
  return capacity === undefined || law === null || hasPoorFit(law) ? [] : capacity.predicted;
}

/** Measured and fitted throughputs: all panels share one axis. */
function ratesOf(panel: Panel): number[] {
  const { values, until } = axisOf(panel);
  return panel.curves.flatMap((curve) => {
    const { points, law } = curve;
    return [
      ...points.flatMap(({ throughput }) => (throughput === null ? [] : [throughput.low, throughput.high])),
      ...(law === null ? [] : samples(values[0]!, until).map((n) => lawAt(law, n))),
      ...predictedOf(curve).flatMap(({ low, high }) => [low, high]),
    ];
  });
}

/** @param y the axis of all panels */
function throughputChart(
  panel: Panel,
  small: boolean,
  scaling: boolean,
  place: string | null,
  y: Scale,
): Content {
  const { along, curves, reference } = panel;
  const { values, until } = axisOf(panel);
  const proportional =
    scaling && reference !== null
      ? samples(values[0]!, until).map((n) => [n, (reference.throughput * n) / reference.n] as const)
      : [];
  return chartFigure({
    description: `Throughput along ${axisTitle(along)}${place === null ? '' : ` at ${place}`}; the table below has the figures.`,
    height: small ? SMALL_HEIGHT : HEIGHT,
    x: {
      scale: measuredScale(
        until > values.at(-1)! && along === 'queue-workers' ? [...values, until] : values,
        until,
      ),
      title: axisTitle(along),
      label: (value) => axisValue(along, value),
    },
    y: {
      scale: y,
      title: y.logarithmic ? 'jobs/s, log scale' : 'jobs/s',
      label: (value) => formatTick(value),
    },
    guides: [
      { points: proportional.filter(([, rate]) => y.at(rate) <= 1 && y.at(rate) >= 0), kind: 'guide' },
    ],
    series: curves.map((curve) =>
      series(
        curve,
        along,
        values[0]!,
        until,
        ({ throughput }) => throughput,
        (n, law) => lawAt(law, n),
        predictedOf(curve),
      ),
    ),
    marks: curves.flatMap(({ variant, law }): ChartMark[] => {
      const peak = claimedPeak(law);
      if (peak === null || peak.n > until) return [];
      const label = `peak ${Math.round(peak.n)} (${Math.round(peak.low)}–${Math.round(peak.high)})`;
      return [{ x: peak.n, low: null, high: null, label, variant }];
    }),
    apart: true,
  });
}

/** Speedup over the growth of the axis: 1 is in proportion. */
function shareChart(panel: Panel, place: string | null): Content {
  const { along, curves, reference } = panel;
  if (reference === null) return null;
  const { values, until } = axisOf(panel);
  const scaled = curves.filter(({ best }) => best !== null);
  const growth = (n: number) => n / reference.n;
  const shareOf = ({ n, speedup }: CurvePoint) =>
    speedup === null
      ? null
      : {
          estimate: speedup.estimate / growth(n),
          low: speedup.low / growth(n),
          high: speedup.high / growth(n),
        };
  const shares = scaled.flatMap(({ points }) => points.flatMap((point) => shareOf(point)?.high ?? []));
  if (shares.length === 0) return null;
  return chartFigure({
    description: `Share of linear scaling along ${axisTitle(along)}${place === null ? '' : ` at ${place}`}.`,
    height: SMALL_HEIGHT,
    x: {
      scale: measuredScale(values, until),
      title: axisTitle(along),
      label: (value) => axisValue(along, value),
    },
    y: {
      scale: linearScale(Math.max(1, ...shares)),
      title: 'share of linear scaling',
      label: (value) => `${Math.round(100 * value)}%`,
    },
    guides: [
      {
        points: [
          [values[0]!, 1],
          [until, 1],
        ],
        kind: 'guide',
      },
    ],
    series: scaled.map((curve) =>
      series(
        curve,
        along,
        values[0]!,
        until,
        shareOf,
        (n, law) => lawAt(law, n) / reference.throughput / growth(n),
      ),
    ),
    marks: [],
    apart: true,
  });
}

function series(
  { variant, points, law }: Curve,
  along: Panel['along'],
  from: number,
  until: number,
  figureOf: (point: CurvePoint) => { estimate: number; low: number; high: number } | null,
  fitted: (n: number, law: Law) => number,
  predicted: Capacity['predicted'] = [],
): ChartSeries {
  const shown = points.flatMap((point): ChartPoint[] => {
    const value = figureOf(point);
    if (value === null) return [];
    return [
      {
        x: point.n,
        y: value.estimate,
        low: value.low,
        high: value.high,
        hollow: point.excluded !== null,
        title: titleOf(variant, along, point),
      },
    ];
  });
  const through = shown.filter(({ hollow }) => !hollow).map(({ x, y }) => [x, y] as const);
  const lawLine = (low: number, high: number, kind: ChartLine['kind']): ChartLine => ({
    points: samples(low, high).map((n) => [n, fitted(n, law!)] as const),
    kind,
  });
  const last = through.at(-1)?.[0] ?? from;
  const lines =
    law === null
      ? [{ points: through, kind: 'joined' } as const]
      : along === 'queue-workers'
        ? [lawLine(from, last, 'joined'), ...(until > last ? [lawLine(last, until, 'fit')] : [])]
        : [lawLine(from, until, 'fit')];
  const ahead = predicted.map(({ n, estimate, low, high }): ChartPoint => {
    const range = `${formatNumber(estimate)} (${formatNumber(low)}–${formatNumber(high)})`;
    const title = `${variant}, ${axisPlace(along, n)}: ${range} jobs/s predicted`;
    return { x: n, y: estimate, low, high, hollow: true, title };
  });
  return { variant, points: [...shown, ...ahead], lines };
}

function titleOf(variant: string, along: Panel['along'], { n, throughput, excluded }: CurvePoint): string {
  const note = excluded === null ? '' : `, ${reasonText(excluded)}`;
  return `${variant}, ${axisPlace(along, n)}: ${rateText(throughput)} jobs/s${note}`;
}

function lawAt(law: Law, n: number): number {
  return law.kind === 'amdahl'
    ? throughputAt({ lambda: law.lambda, sigma: law.serial.estimate, kappa: 0 }, n)
    : throughputAt({ lambda: law.lambda, sigma: law.sigma.estimate, kappa: law.kappa.estimate }, n);
}

function samples(from: number, until: number): number[] {
  const first = Math.max(from, 1e-9);
  return Array.from({ length: SAMPLES + 1 }, (_, i) => first * (until / first) ** (i / SAMPLES));
}

function formatTick(value: number): string {
  return value >= 1_000 && value % 100 === 0
    ? `${value / 1_000}k`
    : formatNumber(value)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
}

function rateText(throughput: CurvePoint['throughput']): string {
  if (throughput === null) return NONE;
  return `${formatNumber(throughput.estimate)} (${formatNumber(throughput.low)}–${formatNumber(throughput.high)})`;
}

function pointsTable(panel: Panel, scaling: boolean): Content {
  const { along, curves, reference } = panel;
  const ns = curves[0]?.points.map(({ n }) => n) ?? [];
  const against =
    reference === null
      ? ''
      : ` Factors are relative to ${reference.variant} at ${axisPlace(along, reference.n)}.`;
  return html`<details class="behind"><summary>These figures as a table</summary>
${table(
  [axisTitle(along), ...curves.map(({ variant }) => variantName(variant))],
  ns.map((n, index) => [
    axisValue(along, n),
    ...curves.map(({ points }) => pointCell(points[index]!, scaling)),
  ]),
  {
    caption: `Jobs/s with the 95% CI of the median; the range with fewer than 6 rounds.${scaling ? against : ''}`,
  },
)}</details>`;
}

function pointCell({ throughput, speedup, excluded }: CurvePoint, scaling: boolean): Content {
  if (throughput === null) return NONE;
  const multiple =
    !scaling || speedup === null
      ? null
      : html`<small>${formatFactor(speedup.estimate)} (${formatFactorRange(speedup.low, speedup.high)})</small>`;
  return html`<b>${formatNumber(throughput.estimate)}</b><small>${formatNumber(throughput.low)}–${formatNumber(throughput.high)}${throughput.method === 'range' ? ', range' : ''}</small>${multiple}${excluded === null ? null : html`<small class="bad">${reasonText(excluded)}</small>`}`;
}
