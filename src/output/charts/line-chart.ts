import { VARIANT_FACTS, type VariantName } from '../../core/variants.ts';
import { type Content, html } from '../markup/markup.ts';
import { percent, type Scale } from './scales.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of its interval; null for none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Measured, but taking no part in what is drawn through the others. */
  readonly hollow: boolean;
  readonly title: string;
}

export interface ChartLine {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** `steps` rises from the bottom, and stays what it was until the next point. */
  readonly kind: 'fit' | 'joined' | 'guide' | 'curve' | 'steps';
}

/** A place on the horizontal axis that a variant's curve leads to, or a stretch of it. */
export interface ChartMark {
  readonly x: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly label: string;
  /** Left out: at the bottom. */
  readonly labelAt?: 'top';
  readonly variant: VariantName | null;
}

export interface ChartSeries {
  readonly variant: VariantName;
  readonly points: readonly ChartPoint[];
  readonly lines: readonly ChartLine[];
}

export interface ChartAxis {
  readonly scale: Scale;
  readonly title: string;
  label(value: number): string;
}

export interface Chart {
  /** What a screen reader says in its place; a table beside it has the figures. */
  readonly description: string;
  readonly height: number;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly guides: readonly ChartLine[];
  readonly series: readonly ChartSeries[];
  readonly marks: readonly ChartMark[];
  /** Whether points of different variants are moved apart: at the same place they would hide each other. */
  readonly apart: boolean;
}

const DODGE = 7;

/** Positions are percentages and strokes are not scaled: the chart fits any width without a script. */
export function chartFigure(chart: Chart): Content {
  const { x, y, series, height } = chart;
  return html`<div class="chart" role="img" aria-label="${chart.description}">
<p class="chart-title">${y.title}</p>
<svg class="chart-y" width="100%" height="${height}" aria-hidden="true">${y.scale.ticks.map(
    (tick) => html`<text x="100%" y="${top(y, tick)}" dy="0.35em">${y.label(tick)}</text>`,
  )}</svg>
<svg class="plot" width="100%" height="${height}" aria-hidden="true">
${y.scale.ticks.map((tick) => html`<line class="grid" x1="0" x2="100%" y1="${top(y, tick)}" y2="${top(y, tick)}"/>`)}
${chart.marks.map((mark, index) => markShape(mark, chart, index))}
<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
${chart.guides.map((line) => linePath(line, chart))}
${series.map(({ variant, lines }) => html`<g class="v-${variant}">${lines.map((line) => linePath(line, chart))}</g>`)}
</svg>
${series.map((each, index) => html`<g class="v-${each.variant}">${each.points.map((point) => pointShape(point, each.variant, chart, chart.apart ? (index - (series.length - 1) / 2) * DODGE : 0))}</g>`)}
</svg>
<svg class="chart-x" width="100%" height="20" aria-hidden="true">${x.scale.ticks.map(
    (tick) => html`<text x="${left(x, tick)}" y="14">${x.label(tick)}</text>`,
  )}</svg>
<p class="chart-foot">${x.title}</p>
</div>`;
}

const left = (axis: ChartAxis, value: number): string => percent(axis.scale.at(value));
const top = (axis: ChartAxis, value: number): string => percent(1 - axis.scale.at(value));

function linePath({ points, kind }: ChartLine, { x, y }: Chart): Content {
  if (points.length < 2) return null;
  if (kind === 'steps') return stepPath(points, { x, y });
  const steps = points.map(
    ([px, py]) => `${(100 * x.scale.at(px)).toFixed(2)},${(100 * (1 - y.scale.at(py))).toFixed(2)}`,
  );
  return html`<polyline class="line ${kind}" points="${steps.join(' ')}" vector-effect="non-scaling-stroke"/>`;
}

/** In the box of `linePath`, whose units are per cent; of points at one place to a tenth of one the last counts. */
function stepPath(points: ChartLine['points'], { x, y }: Pick<Chart, 'x' | 'y'>): Content {
  const heights = new Map(
    points.map(([px, py]) => [(100 * x.scale.at(px)).toFixed(1), (100 * (1 - y.scale.at(py))).toFixed(1)]),
  );
  const moves = [...heights].map(([atX, atY], index) =>
    index === 0 ? `M${atX} 100V${atY}` : `H${atX}V${atY}`,
  );
  return html`<path class="line steps" d="${moves.join('')}" vector-effect="non-scaling-stroke"/>`;
}

function pointShape(point: ChartPoint, variant: VariantName, { x, y }: Chart, shift: number): Content {
  const { low, high } = point;
  const bar =
    low === null || high === null
      ? null
      : html`<svg x="${left(x, point.x)}" overflow="visible"><line class="bar" x1="${shift}" x2="${shift}" y1="${top(y, low)}" y2="${top(y, high)}"/></svg>`;
  return html`${bar}<svg x="${left(x, point.x)}" y="${top(y, point.y)}" overflow="visible"><path class="${point.hollow ? 'mark hollow' : 'mark'}" transform="translate(${shift})" d="${VARIANT_FACTS[variant].shape}"><title>${point.title}</title></path></svg>`;
}

export function shapeKey(variants: readonly VariantName[]): Content {
  return html`<p class="key shapes">${variants.map(
    (variant) =>
      html`<span class="v-${variant}"><svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true"><path class="mark" d="${VARIANT_FACTS[variant].shape}"/></svg>${variant}</span> `,
  )}</p>`;
}

function markShape(
  { x: at, low, high, label, labelAt, variant }: ChartMark,
  { x }: Chart,
  index: number,
): Content {
  const [y, dy] = labelAt === 'top' ? ['0', 8 + 15 * index] : ['100%', -(7 + 15 * index)];
  const anchor = x.scale.at(at) > 0.5 ? 'end' : 'start';
  const kind = variant === null ? 'place' : `place v-${variant}`;
  const stretch =
    low === null || high === null
      ? null
      : html`<rect class="stretch" x="${left(x, low)}" y="0" width="${percent(x.scale.at(high) - x.scale.at(low))}" height="100%"/>`;
  // Without a label there is no place to point at, only the stretch that it lies in.
  const line =
    label === ''
      ? null
      : html`<line x1="${left(x, at)}" x2="${left(x, at)}" y1="0" y2="100%"/><text x="${left(x, at)}" dx="${anchor === 'end' ? -5 : 5}" y="${y}" dy="${dy}" text-anchor="${anchor}">${label}</text>`;
  return html`<g class="${kind}">${stretch}${line}</g>`;
}
