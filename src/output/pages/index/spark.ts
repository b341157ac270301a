import type { RunRecord } from '../../../core/documents/run-record.ts';
import { formatMs } from '../../../core/format.ts';
import { wallChart } from '../../charts/wall-chart.ts';
import { type Content, html } from '../../markup/markup.ts';

/** Coordinates from the left to the right edge, of a box that is stretched. */
const WIDTH = 1_000;
const HEIGHT = 10;
/** Dots nearer to each other than this would lie on one another. */
const STEP = 8;

/** Every variant's median as a bar, its rounds as dots, from zero; the figure beside it. */
export function spark(record: RunRecord): Content {
  const { bars, axisMs, compared } = wallChart(record);
  const rows = bars.filter(({ medianMs }) => medianMs !== null);
  if (rows.length === 0) return null;
  const what = compared === 'wall' ? 'wall' : 'response time';
  const label = `median ${what}: ${rows.map(({ variant, medianMs }) => `${variant} ${formatMs(medianMs?.estimate)}`).join(', ')}`;
  const at = (ms: number) => Math.round((WIDTH * ms) / axisMs);
  return html`<div class="spark" role="img" aria-label="${label}">${rows.map(
    ({ variant, medianMs, dots }) => {
      const rounds = dots.filter(({ clean }) => clean).map(({ ms }) => STEP * Math.round(at(ms) / STEP));
      const path = [...new Set(rounds)].map((x) => `M${x} ${HEIGHT / 2}h0`).join('');
      return html`<div class="v-${variant}" title="${variant}"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true"><rect width="${at(medianMs?.estimate ?? 0)}" height="${HEIGHT}"/><path d="${path}"/></svg><span>${formatMs(medianMs?.estimate)}</span></div>`;
    },
  )}</div>`;
}
