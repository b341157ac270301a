import { aboutPlaces, axisPlace, axisTitle, axisValue } from '../../../../analysis/verdict/sweep/wording.ts';
import type { SweepAnalysis } from '../../../../core/documents/sweep-analysis.ts';
import type { SweepPoint, SweepRecord } from '../../../../core/documents/sweep-record.ts';
import { formatFactor, formatFactorRange } from '../../../../core/format.ts';
import type { VariantName } from '../../../../core/variants.ts';
import { type ChartMark, type ChartPoint, chartFigure, shapeKey } from '../../../charts/line-chart.ts';
import { logarithmicScale, measuredScale } from '../../../charts/scales.ts';
import { explainer } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';

interface Ratio {
  readonly point: SweepPoint;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly decided: boolean;
}

/** Each variant against the first along one axis: paired within rounds, so more precise than throughput curves. */
export function ratioSection(record: SweepRecord, { frontiers }: SweepAnalysis): Content {
  const { axes, variants } = record.definition;
  const [axis] = axes;
  const [baseline, ...others] = variants;
  if (axis === undefined || axes.length > 1 || baseline === undefined || others.length === 0) return null;
  const series = others.map((variant) => ({ variant, ratios: ratiosOf(record, baseline, variant) }));
  const all = series.flatMap(({ ratios }) => ratios);
  if (all.length === 0) return null;
  const least = Math.min(1, ...all.map(({ low }) => low));
  const greatest = Math.max(1, ...all.map(({ high }) => high));
  const { values } = axis;
  return html`${shapeKey(others)}
<div class="figure"><div>${chartFigure({
    description: `Speed of ${others.join(', ')} as a multiple of ${baseline} along ${axisTitle(axis.name)}; the map has the figures.`,
    height: 260,
    x: {
      scale: measuredScale(values),
      title: axisTitle(axis.name),
      label: (value) => axisValue(axis.name, value),
    },
    y: {
      scale: logarithmicScale(least / 1.02, greatest * 1.02),
      title: `speedup vs ${baseline}`,
      label: (value) => `${value}×`,
    },
    guides: [
      {
        points: [
          [values[0]!, 1],
          [values.at(-1)!, 1],
        ],
        kind: 'guide',
      },
    ],
    series: series.map(({ variant, ratios }) => ({
      variant,
      points: ratios.map((ratio): ChartPoint => {
        const { point, estimate, low, high, decided } = ratio;
        const place = axisPlace(axis.name, point.at[0]!);
        const title = `${variant}, ${place}: ${formatFactor(estimate)} (${formatFactorRange(low, high)})`;
        return { x: point.at[0]!, y: estimate, low, high, hollow: !decided, title };
      }),
      lines: [
        { points: ratios.map(({ point, estimate }) => [point.at[0]!, estimate] as const), kind: 'joined' },
      ],
    })),
    marks: frontiers.map(
      ({ from, to, interpolated }): ChartMark => ({
        x: interpolated ?? from,
        low: from,
        high: to,
        label: interpolated === null ? '' : aboutPlaces(axis.name, [interpolated]),
        variant: null,
      }),
    ),
    apart: true,
  })}</div>
${explainer(html`<p>Above 1 a variant is faster than ${baseline}, below 1 slower. Bars are 95% CIs of the median ratio per round (the range with fewer than 6 rounds). Hollow marks are not distinguishable from 1.</p>
<p>The shaded range is the frontier: between the last point that one side wins and the first that the other wins. The line in
it is where interpolation between the points crosses 1.</p>`)}</div>`;
}

function ratiosOf({ points }: SweepRecord, baseline: VariantName, variant: VariantName): Ratio[] {
  return [...points]
    .sort((one, other) => one.at[0]! - other.at[0]!)
    .flatMap((point) => {
      const pair = point.result?.comparisons.find(({ a, b }) => a === baseline && b === variant);
      if (pair == null || pair.ratio === null) return [];
      const { estimate, low, high } = pair.ratio;
      return [
        { point, estimate, low, high, decided: pair.verdict === 'faster' || pair.verdict === 'slower' },
      ];
    });
}
