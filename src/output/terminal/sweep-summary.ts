import { lawViews } from '../../analysis/verdict/sweep/laws.ts';
import { axisTitle, axisValue, formatHalfWidth, sideName } from '../../analysis/verdict/sweep/wording.ts';
import type { Cell, Side, SweepAnalysis } from '../../core/documents/sweep-analysis.ts';
import type { PointResult, SweepPoint, SweepRecord } from '../../core/documents/sweep-record.ts';
import { formatNumber, NONE } from '../../core/format.ts';
import type { VariantName } from '../../core/variants.ts';
import { breakEvenRows } from '../view/sweep/break-even.ts';
import { cellFactor, cellLetters, variantLetter } from '../view/sweep/cell-text.ts';
import { sweepView } from '../view/sweep.ts';
import { gridLines, tableLines } from './grid.ts';
import { type Style, styleFor, wrapText } from './style.ts';
import { adviceLines, type SummaryOptions, textOfBlocks, usableWidth } from './summary.ts';
import { headlineLines, verdictHeadline, verdictLines } from './verdict.ts';

/** Longer tables are in the report. */
const MAX_ROWS = 40;

/** What a sweep found, as text: the verdict, the map of two axes, the points, the laws. */
export function renderSweepSummary(saved: SweepRecord, options: SummaryOptions): string {
  const { record, analysis, verdict } = sweepView(saved);
  const width = usableWidth(options.width);
  const style = styleFor(options.colour);
  const reportLine = options.reportPath === null ? [] : [`Report: ${style.bold(options.reportPath)}`];
  if (!options.details) {
    const map = mapLines(record, analysis, width, style);
    const [lead] = verdict.lines.filter(({ topic }) => topic !== 'confidence');
    const codes = [...new Set(record.warnings.map(({ code }) => code))];
    return textOfBlocks([
      [
        ...headlineLines(verdict, width, style),
        ...(lead === undefined ? [] : wrapText(lead.text.split(/(?<=\.) /)[0]!, width).map(style.dim)),
      ],
      map.length > 0 ? map : pointLines(record, analysis, width, style),
      breakEvenLines(record, analysis, style),
      [
        ...(codes.length === 0 ? [] : wrapText(`Warnings: ${codes.join(', ')}`, width).map(style.yellow)),
        ...reportLine,
        style.dim('--details prints every table.'),
      ],
    ]);
  }
  const blocks: string[][] = [
    verdictHeadline(verdict, width, style),
    verdictLines(verdict, width, style),
    mapLines(record, analysis, width, style),
    breakEvenLines(record, analysis, style),
    pointLines(record, analysis, width, style),
    lawLines(record, analysis, style),
    ...record.warnings.map(({ code, message, advice }) => [
      ...wrapText(`Warning: ${message} (${code})`, width).map(style.yellow),
      ...adviceLines(advice, width, style),
    ]),
    reportLine,
  ];
  return textOfBlocks(blocks);
}

/** The crossover map: the second axis downwards, highest value first, as in a chart. */
function mapLines(
  { definition }: SweepRecord,
  { cells, sides }: SweepAnalysis,
  width: number,
  style: Style,
): string[] {
  const [across, down] = definition.axes;
  if (across === undefined || down === undefined || sides === null) return [];
  const cellAt = (x: number, y: number) => cells.find(({ at }) => at[0] === x && at[1] === y);
  const heads = [axisTitle(down.name), ...across.values.map((value) => axisValue(across.name, value))];
  const table = (text: (cell: Cell) => string) =>
    gridLines(
      heads,
      down.values.toReversed().map((y) => [
        axisValue(down.name, y),
        ...across.values.map((x) => {
          const cell = cellAt(x, y);
          return cell === undefined ? '' : text(cell);
        }),
      ]),
    );
  const withFactors = table((cell) => `${cellLetters(cell)} ${cellFactor(cell)}`.trimEnd());
  const fits = withFactors.every((line) => [...line].length <= width);
  const [head = '', ...rows] = fits ? withFactors : table(cellLetters);
  const letters = definition.variants.map((variant) => `${variantLetter(variant)} ${variant}`).join(', ');
  return [
    style.bold(`Who wins, by ${axisTitle(across.name)} (across) and ${axisTitle(down.name)} (down)`),
    style.dim(head),
    ...rows,
    ...(cells.some(({ isolated }) => isolated)
      ? [style.dim('Small letters: no neighbour confirms it, so it may be chance.')]
      : []),
    ...wrapText(`${letters}; = no difference, ? inconclusive, ! not comparable, · not measured.`, width).map(
      style.dim,
    ),
  ];
}

/** CPU per job above which offload wins, modelled and measured, a line for each row of the map. */
function breakEvenLines({ definition }: SweepRecord, analysis: SweepAnalysis, style: Style): string[] {
  const rows = breakEvenRows(definition, analysis);
  if (rows.length === 0) return [];
  return tableLines(
    ['offload pays', 'predicted', 'measured', 'points as predicted'],
    rows.map(({ place, model, measured, held }) => [place, model, measured, held]),
    style,
  );
}

function pointLines(
  { definition, points }: SweepRecord,
  { cells, sides }: SweepAnalysis,
  width: number,
  style: Style,
): string[] {
  const measured = points.filter(({ result }) => result !== null);
  if (measured.length === 0) return [];
  if (measured.length > MAX_ROWS) return [style.dim('The report and sweep.json have every point.')];
  const { axes, variants } = definition;
  const order = (one: SweepPoint, other: SweepPoint) =>
    one.at[0]! - other.at[0]! || (one.at[1] ?? 0) - (other.at[1] ?? 0);
  const rows = [...measured].sort(order).map(({ key, at, result }) => [
    ...axes.map(({ name }, index) => axisValue(name, at[index]!)),
    ...variants.map((variant) => rateText(result!, variant)),
    ...(sides === null
      ? []
      : [
          cellShort(
            cells.find((cell) => cell.key === key),
            sides,
          ),
        ]),
  ]);
  const head = [
    ...axes.map(({ name }) => axisTitle(name)),
    ...variants,
    ...(sides === null ? [] : ['ahead']),
  ];
  const all = gridLines(head, rows);
  const narrow = sides !== null && all.some((line) => [...line].length > width);
  const [first = '', ...rest] = narrow
    ? gridLines(
        head.slice(0, -1),
        rows.map((row) => row.slice(0, -1)),
      )
    : all;
  return [
    style.dim(first),
    ...rest,
    ...wrapText(
      'Jobs per second while every slot was busy, and half the width of the 95% CI (* fewer than 6 rounds: of the range).',
      width,
    ).map(style.dim),
  ];
}

/** `1,790 ±1.2%`. */
function rateText({ variants }: PointResult, name: VariantName): string {
  const variant = variants.find((each) => each.name === name);
  if (variant?.throughput == null) return NONE;
  const star = variant.throughput.method === 'range' ? '*' : '';
  const failed = variant.failedJobs > 0 ? ` ${variant.failedJobs} failed` : '';
  const spread = formatHalfWidth(variant.throughput);
  return `${formatNumber(variant.throughput.estimate)}${spread === '' ? ' ' : ` ${spread}`}${star}${failed}`;
}

function cellShort(cell: Cell | undefined, sides: readonly [Side, Side]): string {
  if (cell === undefined) return '';
  if (cell.state === 'decided' && cell.side !== null) {
    return `${sideName(sides[cell.side]).text} ${cellFactor(cell)}`.trimEnd();
  }
  return { level: 'no difference', inconclusive: 'inconclusive', unknown: NONE, decided: '' }[cell.state];
}

function lawLines({ sessions }: SweepRecord, { panels }: SweepAnalysis, style: Style): string[] {
  const [panel] = panels;
  if (panel === undefined || panels.length > 1) return [];
  const views = lawViews(panel, sessions.at(-1)!.environment);
  const [first] = views;
  if (first === undefined) return [];
  const head = ['variant', ...first.figures.map(({ label }) => label), 'residual'];
  const rows = views.map(({ variant, figures, residual }) => [
    variant,
    ...figures.map(({ value }) => value),
    residual,
  ]);
  return tableLines(head, rows, style);
}
