import type { FlameData } from '../../core/documents/flame.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Timeline } from '../../core/documents/timeline.ts';
import { BYTES_NOTE, formatCount, formatPlural } from '../../core/format.ts';
import { PARTIAL_NOTE, TAILS_NOTE } from '../../core/labels.ts';
import type { Allocations } from '../../profile/heap-allocations.ts';
import { buildReportView, type ReportView } from '../pages/run/view.ts';
import { allocationLines } from './allocations.ts';
import { barLines } from './bars.ts';
import { breakdownBlocks, movedLines } from './breakdown.ts';
import { captureLines } from './captures.ts';
import { comparisonBlocks } from './comparison.ts';
import { failureLines } from './failures.ts';
import { gateLines } from './gates.ts';
import { hotLines } from './hot.ts';
import { type Style, styleFor, wrapText } from './style.ts';
import { knowsMainThread, summaryTables } from './tables.ts';
import { verdictHeadline, verdictLines } from './verdict.ts';
import { waterfallLines } from './waterfall.ts';

export interface SummaryOptions {
  readonly colour: boolean;
  /** Of the terminal, in columns; less than 80 is taken as 80. */
  readonly width: number;
  /** Shown as it is; null: no report was written. */
  readonly reportPath: string | null;
}

/** What was found beside the record: without it there is no waterfall, and there are no hot functions and allocations. */
export interface FoundBeside {
  readonly flames: readonly FlameData[];
  readonly timelines: readonly Timeline[];
  readonly allocations: readonly Allocations[];
}

const MIN_WIDTH = 80;
const MAX_WIDTH = 160;
const MAX_BAR_WIDTH = 100;

/** What a run found, as text: the headline first, then figures, then what went wrong, then where the rest is. */
export function renderSummary(
  record: RunRecord,
  options: SummaryOptions,
  beside: Partial<FoundBeside> | null = null,
): string {
  const { flames = [], ...found } = beside ?? {};
  const view = buildReportView(record, flames, found);
  const width = usableWidth(options.width);
  const style = styleFor(options.colour);
  const measured = view.rows.some(({ comparedMs }) => comparedMs !== null);
  const blocks: string[][] = [
    verdictHeadline(view.verdict, width, style),
    verdictLines(view.verdict, width, style),
    ...bannerBlocks(view, width, style),
    barLines(view.walls, Math.min(width, MAX_BAR_WIDTH), style),
    waterfallLines(view.timelines, width, style),
    ...summaryTables(view, width, style),
    [
      ...noteLines(view, width, style),
      ...(measured
        ? [footnote(view), TAILS_NOTE[view.compared]].flatMap((text) => wrapText(text, width).map(style.dim))
        : []),
    ],
    ...breakdownBlocks(view.breakdowns, width, style),
    movedLines(view.moved, style),
    view.hot === null ? [] : hotLines(view.hot, width, style),
    allocationLines(view.allocations, width, style),
    ...warningBlocks(view, width, style),
    mismatchLines(view, width, style),
    failureLines(view.failures, width, style),
    captureLines(view.variants, width, style),
    ...judgementBlocks(record, width, style),
    options.reportPath === null ? [] : [`Report: ${style.bold(options.reportPath)}`],
  ];
  return textOfBlocks(blocks);
}

/** What text is made for on a terminal of `width` columns. */
export function usableWidth(width: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.floor(width) || MIN_WIDTH));
}

/** Blocks of lines with an empty line between them. */
export function textOfBlocks(blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** How it compares with the run that `--baseline` named, and the gates. */
function judgementBlocks({ comparedWith, gates }: RunRecord, width: number, style: Style): string[][] {
  const compared = comparedWith === null ? [] : comparisonBlocks(comparedWith, width, style);
  return [...compared, gateLines(gates, width, style)];
}

function bannerBlocks({ banners }: ReportView, width: number, style: Style): string[][] {
  // What failed or differs is listed further down, with examples.
  const told = banners.filter(({ about }) => about === 'run');
  return told.map(({ tone, title, text, advice }) => [
    (tone === 'bad' ? style.red : style.yellow)(`! ${title}`),
    ...wrapText(text, width, '  '),
    ...(advice === null ? [] : adviceLines(advice, width, style)),
  ]);
}

function footnote({ baseline, run, rows }: ReportView): string {
  const main = knowsMainThread(rows)
    ? ' main/job: CPU of the main thread per job; stall: its worst event-loop delay;'
    : '';
  return `Medians of up to ${formatPlural(run.rounds, 'round')}; speedup against ${baseline};${main} ${BYTES_NOTE}.`;
}

function noteLines({ rows }: ReportView, width: number, style: Style): string[] {
  const partial = rows.some(({ isPartial }) => isPartial) ? [`* ${PARTIAL_NOTE}`] : [];
  const notes = rows.flatMap(({ variant, note }) => (note === null ? [] : `${variant}: ${note}`));
  return [...partial, ...notes].flatMap((text) => wrapText(text, width).map(style.yellow));
}

function warningBlocks({ warnings }: ReportView, width: number, style: Style): string[][] {
  // Failed jobs are listed further down, with the same advice.
  const told = warnings.filter(({ place }) => place !== 'failures');
  return told.map(({ code, message, advice, variant }) => [
    ...wrapText(`Warning${variant === null ? '' : `, ${variant}`}: ${message} (${code})`, width).map(
      style.yellow,
    ),
    ...adviceLines(advice, width, style),
  ]);
}

function adviceLines(advice: string, width: number, style: Style): string[] {
  return wrapText(`→ ${advice}`, width, '  ', '    ').map(style.dim);
}

function mismatchLines({ mismatches }: ReportView, width: number, style: Style): string[] {
  const { differing, compared, examples } = mismatches;
  if (differing === 0) return [];
  return [
    style.red(`Responses differ: ${formatCount(differing)} of ${formatPlural(compared, 'compared pair')}`),
    ...examples.flatMap(({ variant, round, position, name, expected, actual }) => [
      ...wrapText(`${variant}, round ${round}, job #${position} ${name}`, width, '  '),
      ...wrapText(`expected ${expected}`, width, '    '),
      ...wrapText(`got      ${actual}`, width, '    '),
    ]),
  ];
}
