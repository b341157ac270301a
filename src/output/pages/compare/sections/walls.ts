import {
  type ChangeTable,
  changeTables,
  formatSignedPercent,
  percentOf,
} from '../../../../analysis/comparison/wording.ts';
import type { Measured } from '../../../../core/documents/comparison.ts';
import { formatMs, formatMsRange } from '../../../../core/format.ts';
import type { VariantName } from '../../../../core/variants.ts';
import {
  at,
  axisTicks,
  type BarBox,
  dotsByRound,
  gridLines,
  lastRound,
  MAX_DOTS,
  wallDot,
} from '../../../charts/wall-dots.ts';
import { explainer } from '../../../markup/fold.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { table } from '../../../markup/table.ts';
import { variantName } from '../../../markup/variant-name.ts';
import type { ComparePageView } from '../../../view/compare.ts';
import { evenly } from '../../../view/evenly.ts';
import type { WallBar, WallChart, WallDot } from '../../../view/run/charts.ts';

const ROW_HEIGHT = 34;
const BAR: BarBox = { top: 5, height: 24 };

/** For each variant the bar of either run, on one axis from zero. */
export function wallsSection({ walls, comparison }: ComparePageView): Content {
  const names = [...new Set([...walls.after.bars, ...walls.before.bars].map(({ variant }) => variant))];
  const [times] = changeTables(comparison);
  const what = comparison.quantity === 'wall' ? 'wall time' : 'mean response time';
  return html`<div class="figure">
<div><div class="walls pairs-of-bars" role="img" aria-label="Bars of the median ${what} in both runs of ${names.join(', ')}; the table above has the figures.">
${names.map((name) => barPair(name, walls, times?.rows.find(({ variant }) => variant.name === name) ?? null))}
<div class="axis"><span></span><div class="side"><span></span><svg width="100%" height="22" aria-hidden="true">${axisTicks(walls.after)}</svg></div></div>
</div>
${roundsTable(names, walls)}</div>
${explainer(
  html`<p>Two bars per variant: the run before (pale) and the run after. A bar is the median ${what}: shorter is better, and the
axis starts at zero. The line across its end is the confidence interval of the median: 95%, less with under 6 rounds. Each dot is one round, the first at the top.</p>`,
  html`<p>Overlapping dots mean little or no difference. Separate dots mean the runs differ, because of the code or of the machine
at that time.</p>`,
)}
</div>`;
}

function barPair(
  name: VariantName,
  { before, after }: ComparePageView['walls'],
  compared: ChangeTable['rows'][number] | null,
): Content {
  const ratio = compared?.change.ratio ?? null;
  const said =
    compared === null || ratio === null
      ? 'not in both'
      : `${formatSignedPercent(percentOf(ratio.estimate))}, ${compared.word}`;
  return html`<div class="bar v-${name}">
<div class="bar-label">${variantName(name)}<span class="bar-value">${said}</span></div>
<div>${sideRow('before', name, before, compared?.before ?? null)}${sideRow('after', name, after, compared?.after ?? null)}</div></div>`;
}

function sideRow(
  which: 'before' | 'after',
  name: VariantName,
  walls: WallChart,
  measured: Measured | null,
): Content {
  const bar = walls.bars.find(({ variant }) => variant === name);
  return html`<div class="side ${which}"><span>${which}</span><svg width="100%" height="${ROW_HEIGHT}" aria-hidden="true">
${gridLines(walls, ROW_HEIGHT)}${bar === undefined ? null : graphic(bar, walls, measured)}
</svg></div>`;
}

function graphic({ medianMs, dots }: WallBar, walls: WallChart, measured: Measured | null): Content {
  const rounds = lastRound([{ dots }]);
  const middle = BAR.top + BAR.height / 2;
  const bar =
    medianMs === null
      ? null
      : html`<rect class="fill" x="0" y="${BAR.top}" width="${at(medianMs.estimate, walls)}" height="${BAR.height}" rx="2"/>
<line class="median" x1="${at(medianMs.estimate, walls)}" x2="${at(medianMs.estimate, walls)}" y1="${BAR.top - 3}" y2="${BAR.top + BAR.height + 3}"/>`;
  const interval =
    measured === null
      ? null
      : html`<line class="interval" x1="${at(measured.low, walls)}" x2="${at(measured.high, walls)}" y1="${middle}" y2="${middle}"><title>interval of the median: ${formatMsRange(measured.low, measured.high)}</title></line>`;
  return html`${bar}${evenly(dots, MAX_DOTS).map((dot) => wallDot(dot, walls, rounds, BAR))}${interval}`;
}

function roundsTable(names: readonly VariantName[], { before, after }: ComparePageView['walls']): Content {
  const rounds = lastRound([...before.bars, ...after.bars]);
  if (rounds === 0) return null;
  const columns = names.flatMap((name) =>
    [before, after].map(({ bars }) =>
      dotsByRound(bars.find(({ variant }) => variant === name) ?? { dots: [] }),
    ),
  );
  return html`<details class="behind"><summary>Every round as a table</summary>
<p class="footnote">Rounds of the two runs are not paired.</p>
${table(
  ['round', ...names.flatMap((name) => [html`${name}<br>before`, 'after'])],
  Array.from({ length: rounds }, (_, index) => [
    index + 1,
    ...columns.map((column) => dotCell(column.get(index + 1))),
  ]),
)}</details>`;
}

function dotCell(dot: WallDot | undefined): Content {
  return html`${formatMs(dot?.ms)}${dot?.clean === false ? html`<small class="bad">failures</small>` : null}`;
}
