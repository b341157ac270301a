import type { FlameData } from '../../core/documents/flame.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import {
  BYTES_NOTE,
  formatBytes,
  formatCount,
  formatMicros,
  formatPlural,
  formatRoughBytes,
  NONE,
} from '../../core/format.ts';
import { PARTIAL_NOTE, shortVariant, TAILS_NOTE } from '../../core/labels.ts';
import { warningFacts } from '../../core/warnings.ts';
import { extentText, failureTotals, itemsText, kindLabel, moreItemsText } from '../view/failure-wording.ts';
import type { AllocationsView, AllocationVariant } from '../view/run/allocations.ts';
import type { FailureKind, FailuresView } from '../view/run/failures.ts';
import type { FaultsView } from '../view/run/faults.ts';
import type { ReportView } from '../view/run/model.ts';
import { type FoundInFolder, runView } from '../view/run.ts';
import { barLines } from './bars.ts';
import { breakdownBlocks, clientLines, movedLines, queueLines, workerLines } from './breakdown.ts';
import { briefBlocks } from './brief.ts';
import { captureLines } from './captures.ts';
import { comparisonBlocks } from './comparison.ts';
import { gateLines } from './gates.ts';
import { tableLines } from './grid.ts';
import { hotLines } from './hot.ts';
import { type Style, styleFor, wrapText } from './style.ts';
import { summaryTables } from './tables.ts';
import { verdictHeadline, verdictLines } from './verdict.ts';
import { waterfallLines } from './waterfall.ts';

export interface SummaryOptions {
  readonly colour: boolean;
  /** Of the terminal, in columns; less than 80 is taken as 80. */
  readonly width: number;
  /** Shown as it is; null: no report was written. */
  readonly reportPath: string | null;
  /** Every table and every warning in full, as with `--details`. */
  readonly details: boolean;
}

/** What was found beside the record: without it there is no waterfall, and there are no hot functions and allocations. */
interface FoundBeside extends Pick<FoundInFolder, 'timelines' | 'allocations'> {
  readonly flames: readonly FlameData[];
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
  const view = runView(record, flames, found);
  const width = usableWidth(options.width);
  const style = styleFor(options.colour);
  if (!options.details) {
    return textOfBlocks(briefBlocks(view, record, { width, reportPath: options.reportPath }, style));
  }
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
    ...queueLines(view.queue, width, style),
    workerLines(view.workers, width, style),
    clientLines(view.clients, width, style),
    view.hot === null ? [] : hotLines(view.hot, width, style),
    allocationLines(view.allocations, width, style),
    ...warningBlocks(view, width, style),
    mismatchLines(view, width, style),
    failureLines(view.failures, width, style),
    faultLines(view.faults, width, style),
    captureLines(view.variants, width, style),
    ...judgementBlocks(record, width, style),
    options.reportPath === null ? [] : [`Report: ${style.bold(options.reportPath)}`],
  ];
  return textOfBlocks(blocks);
}

export function usableWidth(width: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.floor(width) || MIN_WIDTH));
}

export function textOfBlocks(blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function judgementBlocks({ comparedWith, gates }: RunRecord, width: number, style: Style): string[][] {
  const compared = comparedWith === null ? [] : comparisonBlocks(comparedWith, width, style, true);
  return [...compared, gateLines(gates, width, style)];
}

function bannerBlocks({ banners }: ReportView, width: number, style: Style): string[][] {
  // What failed or differs is listed further down, with examples.
  return banners
    .filter(({ about }) => about === 'run')
    .map(({ tone, title, text, advice }) => [
      (tone === 'bad' ? style.red : style.yellow)(`! ${title}`),
      ...wrapText(text, width, '  '),
      ...(advice === null ? [] : adviceLines(advice, width, style)),
    ]);
}

function footnote({ baseline, run, rows }: ReportView): string {
  const main = rows.some(({ figures }) => figures.stall !== null)
    ? ' main/job: CPU of the main thread per job; stall: its worst event-loop delay;'
    : '';
  return `Medians of up to ${formatPlural(run.rounds, 'round')}; speedup vs ${baseline};${main} ${BYTES_NOTE}.`;
}

function noteLines({ rows }: ReportView, width: number, style: Style): string[] {
  const partial = rows.some(({ isPartial }) => isPartial) ? [`* ${PARTIAL_NOTE}`] : [];
  const notes = rows.flatMap(({ variant, note }) => (note === null ? [] : `${variant}: ${note}`));
  return [...partial, ...notes].flatMap((text) => wrapText(text, width).map(style.yellow));
}

function warningBlocks({ warnings }: ReportView, width: number, style: Style): string[][] {
  // Failed jobs are listed further down, with the same advice.
  return warnings
    .filter(({ place }) => place !== 'failures')
    .map(({ code, message, advice, variant }) => [
      ...wrapText(`Warning${variant === null ? '' : `, ${variant}`}: ${message} (${code})`, width).map(
        warningFacts(code)?.severity === 'error' ? style.red : style.yellow,
      ),
      ...adviceLines(advice, width, style),
    ]);
}

export function adviceLines(advice: string, width: number, style: Style): string[] {
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

const NOTE =
  'Bytes on V8’s heap, including memory freed since, without the contents of Buffers; ± is the sampling error. The report has the functions.';

/** What a job allocates, a column for each variant; nothing of a run whose allocations were not sampled. */
function allocationLines(view: AllocationsView | null, width: number, style: Style): string[] {
  if (view === null) return [];
  const { variants, kinds } = view;
  const yours = kinds.find(({ kind }) => kind === 'yours')?.perJob ?? [];
  const table = tableLines(
    ['allocated, per job', ...variants.map(({ variant }) => shortVariant(variant))],
    [
      ['total', ...variants.map(wholeCell)],
      ['±', ...variants.map(({ perJob }) => (perJob.bytes === 0 ? NONE : formatRoughBytes(perJob.error)))],
      ['your code', ...yours.map(({ bytes }) => formatBytes(bytes))],
      ['GC pauses', ...variants.map(({ gc }) => formatMicros(gc?.pausePerJobUs))],
    ],
    style,
  );
  return [...table, ...wrapText(NOTE, width).map(style.dim)];
}

function wholeCell({ perJob, unseen }: AllocationVariant): string {
  return perJob.bytes === 0 ? `<${formatBytes(unseen)}` : formatBytes(perJob.bytes);
}

function failureLines(failures: FailuresView | null, width: number, style: Style): string[] {
  if (failures === null) return [];
  const { kinds, moreKinds, advice } = failures;
  return [
    ...wrapText(failureTotals(failures), width).map(style.red),
    ...kinds.flatMap((kind) => kindLines(kind, failures, width)),
    ...(moreKinds === 0 ? [] : [`  ${formatPlural(moreKinds, 'more kind')} of error: see run.json`]),
    ...(advice === null ? [] : adviceLines(advice, width, style)),
  ];
}

/** All variants together: the report has each. */
function faultLines(faults: FaultsView | null, width: number, style: Style): string[] {
  if (faults === null) return [];
  const { rows, defects } = faults;
  const lines = rows.flatMap(({ fault, cells }) => {
    const injected = cells.reduce((sum, cell) => sum + (cell.injected ?? 0), 0);
    const ended = new Map<string, number>();
    for (const { jobs } of cells) {
      for (const { outcome, isExpected, jobs: some } of jobs) {
        const name = isExpected ? outcome : `✖ ${outcome}`;
        ended.set(name, (ended.get(name) ?? 0) + some);
      }
    }
    const list = [...ended].map(([outcome, jobs]) => `${formatCount(jobs)} ${outcome}`).join(', ');
    const times = fault === null ? '' : `${formatCount(injected)} ×`;
    return wrapText(
      `${(fault ?? 'none').padEnd(18)}${times.padStart(9)}  ${list}`.trimEnd(),
      width,
      '  ',
      ' '.repeat(31),
    );
  });
  const found =
    defects === 0
      ? 'each job ended as they explain'
      : `${formatPlural(defects, 'job')} ended in a way that none explains`;
  return [
    (defects === 0 ? style.dim : style.red)(`Injected faults, and jobs by outcome: ${found}`),
    ...lines,
  ];
}

function kindLines(kind: FailureKind, failures: FailuresView, width: number): string[] {
  const more = moreItemsText(kind);
  return [
    ...wrapText(`${kindLabel(kind)}: ${kind.message}`, width, '  ', '    '),
    ...wrapText(`in ${extentText(kind, failures)}`, width, '    '),
    ...kind.items.flatMap((item) => wrapText(itemsText(item), width, '    ', '      ')),
    ...(more === '' ? [] : [`    ${more}`]),
  ];
}
