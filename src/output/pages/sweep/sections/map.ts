import {
  aboutPlaces,
  axisTitle,
  axisValue,
  pointPlace,
  sideName,
} from '../../../../analysis/verdict/sweep/wording.ts';
import type {
  BreakEvenCell,
  Cell,
  Frontier,
  Side,
  SweepAnalysis,
} from '../../../../core/documents/sweep-analysis.ts';
import type { SweepPoint, SweepRecord } from '../../../../core/documents/sweep-record.ts';
import { formatFactor, formatFactorRange, NONE } from '../../../../core/format.ts';
import { reasonText } from '../../../../core/reasons.ts';
import { type Content, html } from '../../../markup/markup.ts';
import { variantName } from '../../../markup/variant-name.ts';
import { breakEvenRows } from '../../../view/sweep/break-even.ts';
import { cellFactor, cellText } from '../../../view/sweep/cell-text.ts';

type Sides = readonly [Side, Side];

/** The crossover map: who wins at each point, and where that changes. One axis makes one row. */
export function mapSection(record: SweepRecord, analysis: SweepAnalysis): Content {
  const { cells, sides, frontiers } = analysis;
  const { axes } = record.definition;
  const [across, down] = axes;
  if (sides === null || across === undefined) return null;
  const rows = down === undefined ? [null] : down.values.toReversed();
  const context: Context = { record, cells, sides, frontiers };
  return html`<p class="key">${sides.flatMap(({ variants }) => variants).map((name) => html`${variantName(name)} `)}<span class="cell-key level">no difference</span> <span class="cell-key inconclusive">inconclusive</span></p>
<div class="scroll" tabindex="0" role="group" aria-labelledby="map-title"><table class="map">
<thead><tr><th scope="col">${down === undefined ? axisTitle(across.name) : html`${axisTitle(down.name)} ↓<br>${axisTitle(across.name)} →`}</th>${across.values.map((value) => html`<th scope="col">${axisValue(across.name, value)}</th>`)}</tr></thead>
<tbody>${rows.map((y) => mapRow(y, context))}</tbody>
</table></div>
${frontierList(frontiers, sides, record)}
<p class="footnote">A cell names the fastest variant, or those that tie, and its factor over the best of the other side
(${sideName(sides[0]).text} vs ${sideName(sides[1]).text}). A side wins if one of its variants is faster than all of the other side, by interval and by test, corrected for all pairs
of the point. Points are not corrected for each other: one in twenty may show a false difference. A pale cell is not confirmed by any
neighbour, and no frontier uses it.
No difference: none was detected. Inconclusive: the data do not decide. Thick lines are the frontier, dotted where its place between two points is open. A dot marks a point where the server was at its limit for some variant, which hides part of the difference. Each cell
links to its report.</p>
${breakEvenTable(record, analysis)}`;
}

/** Break-even of offload predicted from CPU costs, beside the measured one. */
function breakEvenTable({ definition }: SweepRecord, analysis: SweepAnalysis): Content {
  const rows = breakEvenRows(definition, analysis);
  if (rows.length === 0) return null;
  const values = definition.axes[0]!.values.slice(1);
  return html`<h3>CPU work above which offload pays off</h3>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">${definition.axes[1] === undefined ? null : axisTitle(definition.axes[1].name)}</th><th scope="col">predicted</th><th scope="col">measured</th><th scope="col">points as predicted</th>${values.map((value) => html`<th scope="col">${axisValue('cpu', value)}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ place, model, measured, held, cells }) =>
      html`<tr><th scope="row">${place}</th><td>${model}</td><td>${measured}</td><td>${held}</td>${values.map((value) => predictionCell(cells.find(({ cpuMs }) => cpuMs === value)))}</tr>`,
  )}</tbody>
</table></div>
<p class="footnote">The model takes CPU and wall time of both variants at the smallest CPU of a row and adds CPU work: to the main thread of
event-loop, to the worker threads of offload. Cells show the predicted factor of offload over event-loop, and below it
the measured one. A range: time that is not CPU stays the same, or overlaps with the added CPU. No prediction within 5%.</p>`;
}

function predictionCell(cell: BreakEvenCell | undefined): Content {
  if (cell === undefined) return html`<td>${NONE}</td>`;
  const { low, high, measured, held } = cell;
  return html`<td>${formatFactorRange(low, high)}<small class="${held === false ? 'bad' : ''}">${formatFactor(measured)}</small></td>`;
}

interface Context {
  readonly record: SweepRecord;
  readonly cells: readonly Cell[];
  readonly sides: Sides;
  readonly frontiers: readonly Frontier[];
}

function mapRow(y: number | null, context: Context): Content {
  const [across, down] = context.record.definition.axes;
  const head = y === null || down === undefined ? 'wins' : axisValue(down.name, y);
  return html`<tr><th scope="row">${head}</th>${across!.values.map((x) => mapCell(x, y, context))}</tr>`;
}

function mapCell(x: number, y: number | null, { record, cells, sides, frontiers }: Context): Content {
  const cell = cells.find(({ at }) => at[0] === x && (at[1] ?? null) === y);
  if (cell === undefined) return html`<td class="cell none"></td>`;
  const point = record.points.find(({ key }) => key === cell.key);
  const classes = [
    'cell',
    cell.state,
    ...(cell.isolated ? ['isolated'] : []),
    ...toneOf(cell),
    ...bordersOf(x, y, frontiers),
  ];
  const title = `${pointPlace(record.definition.axes, cell.at)}: ${cellText(cell, sides)}`;
  return html`<td class="${classes.join(' ')}" title="${title}">${linked(point, html`${content(cell)}${cell.serverSaturated ? html`<span class="dot" title="the server was at its limit">●</span>` : null}`)}</td>`;
}

function linked(point: SweepPoint | undefined, inner: Content): Content {
  if (point?.result == null) return html`<span>${inner}</span>`;
  return html`<a href="${reportOf(point.result.path)}">${inner}</a>`;
}

/** Paths in a link: the folder's name may hold what a URL gives a meaning. */
export function reportOf(path: string): string {
  return `${path.split('/').map(encodeURIComponent).join('/')}/report.html`;
}

function content(cell: Cell): Content {
  switch (cell.state) {
    case 'decided':
      return html`<b>${cellFactor(cell)}</b><small>${cell.isolated ? html`<span class="who">alone:</span> ` : null}${cell.winners.map((name) => html`<span class="who">${name}</span> `)}</small>`;
    case 'level':
      return html`<b>=</b><small>no difference</small>`;
    case 'inconclusive':
      return html`<b>?</b><small>inconclusive</small>`;
    case 'unknown':
      return html`<b>–</b><small>${cell.reason === null ? 'unknown' : reasonText(cell.reason)}</small>`;
  }
}

function toneOf({ winners }: Cell): string[] {
  const [first, second] = winners;
  if (first === undefined) return [];
  return second === undefined ? [`v-${first}`] : [`v-${first}`, 'shared', `with-${second}`];
}

/** Whether the frontier runs at the left of a cell; dotted on both sides of a range that it lies within. */
function bordersOf(x: number, y: number | null, frontiers: readonly Frontier[]): string[] {
  return frontiers
    .filter(({ at }) => at === y)
    .flatMap(({ to, open }) => {
      if (open.length === 0) return x === to ? ['edge'] : [];
      return x === to || x === open[0] ? ['edge', 'open'] : [];
    });
}

function frontierList(frontiers: readonly Frontier[], sides: Sides, { definition }: SweepRecord): Content {
  const [across, down] = definition.axes;
  if (frontiers.length === 0 || across === undefined) return null;
  const state = (side: 0 | 1 | null, x: number) => {
    const { text, plural } = side === null ? { text: 'no difference', plural: false } : sideName(sides[side]);
    return `${axisValue(across.name, x)}: ${text}${side === null ? '' : plural ? ' win' : ' wins'}`;
  };
  return html`<div class="scroll" tabindex="0"><table class="left frontier">
<caption>The frontier along ${axisTitle(across.name)}</caption>
<thead><tr>${down === undefined ? null : html`<th scope="col">${axisTitle(down.name)}</th>`}<th scope="col">from</th><th scope="col">to</th><th scope="col">equal at (interpolated)</th></tr></thead>
<tbody>${frontiers
    .toReversed()
    .map(
      ({ at, from, to, fromSide, toSide, interpolated, open }) =>
        html`<tr>${down === undefined || at === null ? null : html`<th scope="row">${axisValue(down.name, at)}</th>`}<td>${state(fromSide, from)}</td><td>${state(toSide, to)}${open.length === 0 ? null : html`<small>inconclusive in between: ${open.map((value) => axisValue(across.name, value)).join(', ')}</small>`}</td><td>${interpolated === null ? NONE : aboutPlaces(across.name, [interpolated])}</td></tr>`,
    )}</tbody>
</table></div>`;
}
