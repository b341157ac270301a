import { formatMs, formatMsRange, formatShare, formatTickMs } from '../../core/format.ts';
import type { MedianInterval } from '../../core/statistics/median-interval.ts';
import { explainer } from '../markup/fold.ts';
import { type Content, html } from '../markup/markup.ts';
import { table } from '../markup/table.ts';
import { variantName } from '../markup/variant-name.ts';
import { evenly } from '../view/evenly.ts';
import type { WallBar, WallChart, WallDot } from '../view/run/charts.ts';
import type { ReportView } from '../view/run/model.ts';

const ROW_HEIGHT = 58;
const BAR_TOP = 12;
const BAR_HEIGHT = 34;
const BAR: BarBox = { top: BAR_TOP, height: BAR_HEIGHT };
const DOT_RADIUS = 3;
/** Of one bar: more would lie on each other. */
export const MAX_DOTS = 500;

const TEXTS: Readonly<Record<WallChart['compared'], { title: string; label: string; explainer: string }>> = {
  wall: {
    title: 'Wall time of the same jobs',
    label: 'wall time',
    explainer: 'A bar is a variant’s median time for all jobs',
  },
  response: {
    title: 'Response time at the same rate',
    label: 'mean response time',
    explainer: 'A bar is the mean time from a job’s intended start to its end, median over the rounds',
  },
};

export function wallsHeading({ walls }: ReportView): string {
  return TEXTS[walls.compared].title;
}

/** Positions are in per cent of the width, so that the chart fits any width while its text keeps its size. */
export function wallsSection(view: ReportView): Content {
  const { walls, rows } = view;
  const rounds = lastRound(walls.bars);
  const names = rows.map((row) => row.variant).join(', ');
  const { label } = TEXTS[walls.compared];
  if (rounds === 0) return html`<p class="quiet">No round was measured.</p>`;
  return html`<div class="figure">
<div><div class="walls" role="img" aria-label="Bars of the median ${label} of ${names}; the table below has the figures.">
${walls.bars.map((bar) => barRow(bar, walls, rounds))}
<div class="axis"><span></span><svg width="100%" height="22" aria-hidden="true">${axisTicks(walls)}</svg></div>
</div>
${roundsTable(walls, rounds)}</div>
${reading(view)}
</div>`;
}

function reading({ walls, baseline }: ReportView): Content {
  const failures = walls.bars.some(({ dots }) => dots.some(({ clean }) => !clean));
  return explainer(
    html`<p>${TEXTS[walls.compared].explainer}; shorter is better, and the axis starts at zero. Each dot is one round, the
first at the top. Tight dots mean a steady measurement; a distant dot is a disturbed round.${walls.bars.some(({ dots }) => dots.length > MAX_DOTS) ? ` Only ${MAX_DOTS} rounds are drawn, evenly spaced.` : null}${walls.bars.some(({ interval }) => interval !== null) ? ' The dark band is the confidence interval of the median: 95%, less with under 6 rounds.' : null}${failures ? ' Hollow dots are rounds with failed jobs; they are excluded.' : null}</p>
${idealNote(walls)}`,
    html`${intervalNote(walls)}${outlierNote(walls)}
${
  walls.compared === 'response'
    ? null
    : html`<p>event-loop is faster than ${baseline} where waiting overlaps; a worker pool is faster than event-loop only
where CPU work runs in parallel.</p>`
}`,
  );
}

function barRow(
  { variant, medianMs, interval, dots, bottleneck }: WallBar,
  walls: WallChart,
  rounds: number,
): Content {
  return html`<div class="bar v-${variant}">
<div class="bar-label">${variantName(variant)}<span class="bar-value">${medianMs === null ? html`<small>no median</small>` : html`<b>${formatMs(medianMs.estimate)}</b>`}${interval === null ? null : html` <small>${formatMsRange(interval.low, interval.high)}</small>`}${bottleneck === null ? null : html` <small>ideal ${formatMs(bottleneck.idealMs)}</small>`}</span></div>
<svg width="100%" height="${ROW_HEIGHT}" aria-hidden="true">
${gridLines(walls, ROW_HEIGHT)}
${
  medianMs === null
    ? null
    : html`<rect class="fill" x="0" y="${BAR_TOP}" width="${at(medianMs.estimate, walls)}" height="${BAR_HEIGHT}" rx="2"/>
${interval === null ? null : band(interval, walls)}
<line class="median" x1="${at(medianMs.estimate, walls)}" x2="${at(medianMs.estimate, walls)}" y1="${BAR_TOP - 4}" y2="${BAR_TOP + BAR_HEIGHT + 4}"/>`
}
${bottleneck === null ? null : html`<line class="ideal" x1="${at(bottleneck.idealMs, walls)}" x2="${at(bottleneck.idealMs, walls)}" y1="2" y2="${ROW_HEIGHT - 2}"><title>ideal: ${formatMs(bottleneck.idealMs)}, ${formatShare(bottleneck.efficiency)} reached</title></line>`}
${evenly(dots, MAX_DOTS).map((dot) => wallDot(dot, walls, rounds, BAR))}
</svg></div>`;
}

export function lastRound(bars: readonly Pick<WallBar, 'dots'>[]): number {
  return bars.reduce((last, { dots }) => dots.reduce((most, { round }) => Math.max(most, round), last), 0);
}

export function dotsByRound({ dots }: Pick<WallBar, 'dots'>): ReadonlyMap<number, WallDot> {
  return new Map(dots.map((dot) => [dot.round, dot]));
}

/** What the rounds say of the median: at least as wide as can be seen. */
function band({ low, high }: MedianInterval, walls: WallChart): Content {
  const width = ((100 * (high - low)) / walls.axisMs).toFixed(3);
  return html`<rect class="interval" x="${at(low, walls)}" y="${BAR_TOP}" width="${width}%" height="${BAR_HEIGHT}"/>`;
}

export interface BarBox {
  readonly top: number;
  readonly height: number;
}

/** A circle, hollow where jobs failed; a diamond for an outlier, with a ring if it is severe. */
export function wallDot(
  { round, ms, clean, outlier }: WallDot,
  walls: WallChart,
  rounds: number,
  bar: BarBox,
): Content {
  const notes = [clean ? null : 'with failures', outlier === null ? null : `${outlier} outlier`];
  const title = [`round ${round}: ${formatMs(ms)}`, ...notes].filter((note) => note !== null).join(', ');
  const [x, y] = [at(ms, walls), dotY(round, rounds, bar)];
  if (outlier === null || !clean) {
    return html`<circle class="${clean ? 'dot' : 'dot hollow'}" cx="${x}" cy="${y}" r="${DOT_RADIUS}"><title>${title}</title></circle>`;
  }
  return html`<svg class="outlier ${outlier}" x="${x}" y="${y}" overflow="visible"><title>${title}</title><path d="M0-5 5 0 0 5-5 0Z"/>${outlier === 'severe' ? html`<circle r="7.5"/>` : null}</svg>`;
}

/** Of fewer than six rounds no interval reaches 95%. */
function intervalNote({ bars }: WallChart): Content {
  const intervals = bars.flatMap(({ interval }) => (interval === null ? [] : [interval]));
  const [first] = intervals;
  if (first === undefined) return null;
  const few = intervals.find(({ method }) => method === 'range');
  return few === undefined
    ? html`<p>The dark band is a ${formatShare(first.level)} confidence interval of the median (Hettmansperger and Sheather). Do not compare
variants by these bands: the summary compares rounds in pairs.</p>`
    : html`<p>The dark band spans the fastest to the slowest round. With so few rounds it holds the true median with a probability of at
most ${formatShare(few.level)}; 95% needs six rounds.</p>`;
}

function outlierNote({ bars }: WallChart): Content {
  const kinds = bars.flatMap(({ dots }) => dots.map(({ outlier }) => outlier));
  const [mild, severe] = [kinds.includes('mild'), kinds.includes('severe')];
  if (!mild && !severe) return null;
  const fences = (ranges: string) =>
    `(over ${ranges} interquartile ranges outside the quartiles, after Tukey)`;
  const marks = mild
    ? `Diamonds are mild outliers ${fences('1.5')}${severe ? ', those with a ring severe ones (over 3)' : ''}`
    : `Diamonds with a ring are severe outliers ${fences('3')}`;
  return html`<p>${marks}. They are kept: a few barely move the median and its interval, and dropping them would make the run look steadier
than it was.</p>`;
}

function idealNote({ bars }: WallChart): Content {
  if (bars.every(({ bottleneck }) => bottleneck === null)) return null;
  return html`<p>The dashed line is the ideal: what perfect overlap would take with this concurrency, these threads and this server.
Everything between the line and the end of the bar could be saved.</p>`;
}

function dotY(round: number, rounds: number, { top, height }: BarBox): string {
  const share = rounds <= 1 ? 0.5 : (round - 1) / (rounds - 1);
  return (top + DOT_RADIUS + share * (height - 2 * DOT_RADIUS)).toFixed(1);
}

export function axisTicks(walls: WallChart): Content {
  return walls.ticksMs.map(
    (ms) =>
      html`<text x="${at(ms, walls)}" y="15" class="${ms === 0 ? 'first' : ''}">${formatTickMs(ms, walls.axisMs)}</text>`,
  );
}

export function gridLines(walls: WallChart, height: number): Content {
  return walls.ticksMs.map(
    (ms) => html`<line class="grid" x1="${at(ms, walls)}" x2="${at(ms, walls)}" y1="0" y2="${height}"/>`,
  );
}

export function at(ms: number, { axisMs }: WallChart): string {
  return `${((100 * ms) / axisMs).toFixed(3)}%`;
}

function roundsTable({ bars }: WallChart, rounds: number): Content {
  const numbers = Array.from({ length: rounds }, (_, i) => i + 1);
  const columns = bars.map(dotsByRound);
  return html`<details class="behind"><summary>Every round as a table</summary>
${table(
  ['round', ...bars.map(({ variant }) => variant)],
  numbers.map((round) => [round, ...columns.map((column) => dotCell(column.get(round)))]),
  {
    foot: [
      ['quartiles', ...bars.map(({ medianMs }) => formatMsRange(medianMs?.low, medianMs?.high))],
      ['CI of the median', ...bars.map(({ interval }) => intervalCell(interval))],
    ],
  },
)}</details>`;
}

function dotCell(dot: WallDot | undefined): Content {
  return html`${formatMs(dot?.ms)}${dot?.clean === false ? html`<small class="bad">failures</small>` : null}${dot?.outlier == null ? null : html`<small>${dot.outlier} outlier</small>`}`;
}

function intervalCell(interval: MedianInterval | null): Content {
  return html`${formatMsRange(interval?.low, interval?.high)}${interval?.method === 'range' ? html`<small>${formatShare(interval.level)}</small>` : null}`;
}
