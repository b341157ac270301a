import { formatFactor, formatFactorRange, niceStep } from '../../core/format.ts';
import { type Content, html } from '../markup/markup.ts';
import { variantName } from '../markup/variant-name.ts';

/** A ratio with its interval, drawn as one row; without an interval it is the reference, at 1. */
export interface ForestRow {
  readonly variant: string;
  readonly ratio: { readonly estimate: number; readonly low: number; readonly high: number } | null;
  /** Beside the figure, such as `≈ event-loop`; null for none. */
  readonly note: string | null;
  readonly emphasised: boolean;
}

/** Steps of one decade that a tick may stand at. */
const STEPS = [1, 2, 5];
const MIN_TICKS = 3;
const MAX_TICKS = 6;
/** Of the axis, on either side, as a factor. */
const MARGIN = 1.08;

export interface ForestFormat {
  readonly value: (ratio: number) => string;
  readonly range: (low: number, high: number) => string;
  readonly tick: (ratio: number) => string;
}

const FACTORS: ForestFormat = {
  value: formatFactor,
  range: formatFactorRange,
  tick: (ratio) => `${Number(ratio.toPrecision(3))}×`,
};

/** Forest plot: ratios with their intervals on a logarithmic axis, and a line at 1. */
export function forestPlot(
  rows: readonly ForestRow[],
  label: string,
  format: ForestFormat = FACTORS,
): Content {
  const all = rows.flatMap(({ ratio }) => (ratio === null ? [] : [ratio.low, ratio.high, ratio.estimate]));
  const low = Math.min(1, ...all) / MARGIN;
  const high = Math.max(1, ...all) * MARGIN;
  const at = (ratio: number) => `${((100 * Math.log(ratio / low)) / Math.log(high / low)).toFixed(3)}%`;
  const ticks = ticksBetween(low, high);
  const grid = [...ticks, 1].map(
    (tick) =>
      html`<line class="${tick === 1 ? 'one' : 'grid'}" x1="${at(tick)}" x2="${at(tick)}" y1="0" y2="100%"/>`,
  );
  return html`<div class="forest" role="group" aria-label="${label}">${rows.map(
    ({
      variant,
      ratio,
      note,
      emphasised,
    }) => html`<div class="forest-row v-${variant}${emphasised ? ' emphasised' : ''}">
<span class="forest-name">${variantName(variant)}</span>
<span class="forest-plot"><svg width="100%" height="100%" aria-hidden="true">${grid}${
      ratio === null
        ? html`<circle class="reference" cx="${at(1)}" cy="50%" r="4.5"/>`
        : html`<line class="ci" x1="${at(ratio.low)}" x2="${at(ratio.high)}" y1="50%" y2="50%"/>${[
            ratio.low,
            ratio.high,
          ].map(
            (end) =>
              html`<svg x="${at(end)}" y="50%" overflow="visible"><line class="ci" y1="-4" y2="4"/></svg>`,
          )}<circle cx="${at(ratio.estimate)}" cy="50%" r="4.5"/>`
    }</svg></span>
<span class="forest-value">${
      ratio === null
        ? html`<b>1×</b> <small>baseline</small>`
        : html`<b>${format.value(ratio.estimate)}</b> <small>${format.range(ratio.low, ratio.high)}</small>`
    }${note === null ? null : html` <small class="tie">${note}</small>`}</span></div>`,
  )}
<div class="forest-row forest-axis"><span></span><svg width="100%" height="16" aria-hidden="true">${ticks.map(
    (tick) => html`<text x="${at(tick)}" y="12">${format.tick(tick)}</text>`,
  )}</svg><span></span></div></div>`;
}

function ticksBetween(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high; decade *= 10) {
    ticks.push(...STEPS.map((step) => step * decade).filter((tick) => tick >= low && tick <= high));
  }
  // Within a small range steps are alike on a linear axis, too.
  if (ticks.length < MIN_TICKS) return ticksByStep(low, high);
  if (ticks.length <= MAX_TICKS) return ticks;
  const decades = ticks.filter((tick) => Number.isInteger(Math.log10(tick)));
  return decades.length >= 2 ? decades : [ticks[0]!, ticks.at(-1)!];
}

function ticksByStep(low: number, high: number): number[] {
  const step = niceStep((high - low) / MAX_TICKS);
  const first = Math.ceil((low - 1) / step);
  const last = Math.floor((high - 1) / step);
  return Array.from({ length: last - first + 1 }, (_, i) => 1 + (first + i) * step);
}
