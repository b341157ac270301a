import { axisTitle, axisValue } from '../../../../analysis/verdict/sweep/wording.ts';
import type { Panel } from '../../../../core/documents/sweep-analysis.ts';
import { formatNumber } from '../../../../core/format.ts';
import { type Content, html } from '../../../markup/markup.ts';

/** Of a box that is stretched. */
const WIDTH = 1_000;
const HEIGHT = 100;

/** Throughput of every variant along the axis, from zero; null with fewer than two points. */
export function sweepSpark(panel: Panel): Content {
  const curves = panel.curves.map(({ variant, points }) => ({
    variant,
    points: points.flatMap(({ n, throughput, excluded }, i) =>
      throughput === null || excluded !== null
        ? []
        : [{ n, place: i / Math.max(1, points.length - 1), perSecond: throughput.estimate }],
    ),
  }));
  const all = curves.flatMap(({ points }) => points);
  const best = Math.max(...all.map(({ perSecond }) => perSecond));
  if (all.length < 2 || !(best > 0)) return null;
  const values = all.map(({ n }) => n);
  const [least, most] = [Math.min(...values), Math.max(...values)].map((n) => axisValue(panel.along, n));
  const where = `${axisTitle(panel.along)} ${least} to ${most}`;
  const at = ({ place, perSecond }: (typeof all)[number]): string =>
    `${Math.round(WIDTH * place)},${Math.round(HEIGHT * (1 - perSecond / best))}`;
  return html`<div class="spark curves" role="img" aria-label="jobs/s, ${where}, at most ${formatNumber(best)}"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${curves.map(
    ({ variant, points }) =>
      html`<polyline class="v-${variant}" points="${points.map(at).join(' ')}"><title>${variant}</title></polyline>`,
  )}</svg>
<span>${formatNumber(best)}/s</span><small>${where}</small></div>`;
}
