import { cleanText } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import {
  formatBytes,
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
  NONE,
  sentence,
} from '../../core/format.ts';
import { BOTTLENECK_KIND_NAMES, PART_NAMES } from '../../core/labels.ts';
import type { VariantName } from '../../core/variants.ts';
import { warningFacts } from '../../core/warnings.ts';
import type { FailuresView } from '../view/run/failures.ts';
import { ownTime } from '../view/run/hot-time.ts';
import type { ReportView, SummaryRow } from '../view/run/model.ts';
import { cleanVerdict, headlineText } from '../view/verdict.ts';
import { blocks } from './bars.ts';
import { gateLines } from './gates.ts';
import { inVariantColour, type Style, wrapText } from './style.ts';
import { headlineLines, nextLines } from './verdict.ts';

const MAX_FAILURES = 3;
const MAX_FUNCTIONS = 3;
const MAX_BAR = 24;
const MIN_BAR = 6;
const LABEL = 8;

/** Result of a run: verdict, table and next steps; at most 25 lines of 80 columns for four variants. */
export function briefBlocks(
  view: ReportView,
  record: RunRecord,
  { width, reportPath }: { readonly width: number; readonly reportPath: string | null },
  style: Style,
): string[][] {
  const failed = view.failures?.isAllowed === false || view.mismatches.differing > 0;
  return [
    [style.dim(factsLine(view))],
    [...headlineLines(view.verdict, width, style), ...leadLines(view, width, style)],
    [...failureLines(view, width, style), ...errorWarningLines(view, width, style)],
    tableLines(view, width, style),
    retryLines(view, width),
    failed ? [] : (hotLines(view, width, style) ?? timeLines(view, width, style)),
    judgementLines(record, width, style),
    endLines(view, reportPath, width, style),
  ];
}

function factsLine({ run, rows }: ReportView): string {
  const threads = Math.max(0, ...rows.map((row) => row.threads));
  return [
    run.workload,
    formatPlural(run.jobs, 'job'),
    `concurrency ${formatCount(run.concurrency)}`,
    ...(threads > 1 ? [formatPlural(threads, 'worker thread')] : []),
    formatPlural(run.rounds, 'round'),
  ].join(' · ');
}

/** The alternatives to the choice, in one sentence. */
function leadLines({ verdict }: ReportView, width: number, style: Style): string[] {
  // The headline says it.
  if (verdict.why === 'too-few-rounds') return [];
  const line = verdict.lines.find(({ topic }) => ['choice', 'inconclusive', 'why', 'run'].includes(topic));
  const [first] = line?.text.split(/(?<=\.) /) ?? [];
  return first === undefined ? [] : wrapText(first, width).map(style.dim);
}

function retryLines({ verdict }: ReportView, width: number): string[] {
  const line = verdict.lines.find(({ topic }) => topic === 'retries');
  return line === undefined ? [] : wrapText(line.text, width);
}

function failureLines({ failures, mismatches }: ReportView, width: number, style: Style): string[] {
  const differing =
    mismatches.differing === 0
      ? []
      : [
          style.red(
            `✖ Responses differ in ${formatCount(mismatches.differing)} of ${formatPlural(mismatches.compared, 'compared pair')}.`,
          ),
          ...mismatches.examples
            .slice(0, 1)
            .flatMap(({ variant, name, expected, actual }) => [
              ...wrapText(`${variant}, ${name}: expected ${expected}, got ${actual}`, width, '    '),
            ]),
        ];
  return [...differing, ...(failures === null ? [] : errorLines(failures, width, style))];
}

/** Warnings that void figures; those about failed jobs and differing responses are above. */
function errorWarningLines({ warnings }: ReportView, width: number, style: Style): string[] {
  return warnings
    .filter(({ code, place }) => isError(code) && place !== 'failures' && code !== 'responses-differ')
    .slice(0, MAX_FAILURES)
    .flatMap(({ message }) =>
      wrapText(`✖ ${sentence(message)}`, width, '', '  ')
        .slice(0, 2)
        .map(style.red),
    );
}

function isError(code: string): boolean {
  return warningFacts(code)?.severity === 'error';
}

function errorLines(failures: FailuresView, width: number, style: Style): string[] {
  const { kinds, moreKinds, failedJobs, plannedJobs, warmupFailedJobs, isAllowed } = failures;
  const total =
    failedJobs === 0
      ? `${formatPlural(warmupFailedJobs, 'job')} failed in warm-up`
      : `${formatCount(failedJobs)} of ${formatPlural(plannedJobs, 'job')} failed`;
  const more = kinds.length + moreKinds - MAX_FAILURES;
  return [
    isAllowed ? style.yellow(`! ${total}, as allowed:`) : style.red(`✖ ${total}:`),
    ...kinds.slice(0, MAX_FAILURES).flatMap((kind) => {
      const items = kind.items.flatMap(({ items }) => items).slice(0, 5);
      const where = items.length === 0 ? '' : ` (item ${items.join(', ')}${kind.moreItems > 0 ? ', …' : ''})`;
      const [first = '', second] = wrapText(`${kind.message}${where}`, width, '    ');
      return second === undefined ? [first] : [first, second];
    }),
    ...(more > 0 ? [`    ${formatPlural(more, 'more kind')} of error`] : []),
  ];
}

interface Column {
  readonly head: string;
  cell(row: SummaryRow): string;
}

function tableLines(
  { rows, compared, run, baseline, clients }: ReportView,
  width: number,
  style: Style,
): string[] {
  if (rows.every(({ comparedMs }) => comparedMs === null)) return [];
  const columns: readonly Column[] = [
    {
      head: compared === 'wall' ? 'time' : 'response',
      cell: ({ comparedMs }) => formatMs(comparedMs?.estimate),
    },
    { head: `vs ${baseline}`, cell: speedupText },
    { head: 'CPU/job', cell: ({ figures: { cpu } }) => formatMs(cpu === null ? null : cpu / run.jobs) },
    ...(clients.length > 0
      ? [{ head: 'jobs/s', cell: ({ figures }: SummaryRow) => formatNumber(figures.throughput) }]
      : [{ head: 'peak RSS', cell: ({ figures }: SummaryRow) => formatBytes(figures.rss) }]),
    // Last: a narrow terminal omits it in favour of the bars.
    { head: 'p90', cell: ({ figures }) => formatMs(figures.p90) },
  ];
  const nameWidth = Math.max(...rows.map(({ variant }) => variant.length));
  const widths = columns.map(({ head, cell }) =>
    Math.max(head.length, ...rows.map((row) => cell(row).length)),
  );
  const roomBeside = (count: number) =>
    width - nameWidth - 4 - widths.slice(0, count).reduce((sum, each) => sum + each + 2, 0);
  const isNarrow = clients.length === 0 && roomBeside(columns.length) < MIN_BAR;
  const count = isNarrow ? columns.length - 1 : columns.length;
  const room = Math.min(MAX_BAR, roomBeside(count));
  const shown = columns.slice(0, count);
  const longest = Math.max(...rows.map(({ comparedMs }) => comparedMs?.estimate ?? 0));
  const line = (figures: readonly string[]) =>
    figures
      .map((figure, i) => `  ${i === 1 ? figure.padEnd(widths[i]!) : figure.padStart(widths[i]!)}`)
      .join('');
  return [
    style.dim(`${' '.repeat(nameWidth + 2)}${line(shown.map(({ head }) => head))}`.trimEnd()),
    ...rows.map((row) => {
      const { variant, isRecommended, comparedMs } = row;
      const name = `${isRecommended ? '▸' : ' '} ${variant.padEnd(nameWidth)}`;
      const text = line(shown.map(({ cell }) => cell(row)));
      const bar =
        comparedMs === null || room < MIN_BAR ? '' : `  ${blocks((room * comparedMs.estimate) / longest)}`;
      const paint = (part: string) => inVariantColour(style, variant, part);
      return `${paint(isRecommended ? style.bold(name) : name)}${isRecommended ? style.bold(text) : text}${paint(bar)}`.trimEnd();
    }),
  ];
}

function speedupText({ isBaseline, speedup }: SummaryRow): string {
  if (isBaseline) return '1×';
  const range = formatFactorRange(speedup?.low, speedup?.high);
  if (speedup === null) return NONE;
  // One round has no interval.
  return range === NONE ? formatFactor(speedup.estimate) : `${formatFactor(speedup.estimate)} (${range})`;
}

/** Time breakdown and ideal of the recommended variant, else of the leader. */
function timeLines({ breakdowns, verdict }: ReportView, width: number, style: Style): string[] {
  const name: VariantName | null = verdict.recommended ?? verdict.bottleneck?.variant ?? null;
  const bar = breakdowns.find(({ variant }) => variant === name);
  if (bar === undefined) return [];
  const shares = bar.shares
    .filter(({ share }) => share >= 0.005)
    .toSorted((a, b) => b.share - a.share)
    .map(({ part, share }) => `${PART_NAMES[part]} ${formatShare(share)}`);
  const { bottleneck } = verdict;
  const ideal =
    bottleneck?.terms == null || bottleneck.variant !== name
      ? []
      : wrapText(
          `Bottleneck: ${BOTTLENECK_KIND_NAMES[bottleneck.kind]}. Ideal ${formatMs(bottleneck.terms.idealMs)}; ${formatShare(bottleneck.terms.efficiency)} of it reached.`,
          width,
          '  ',
        );
  return [
    style.bold(`Where the time of ${bar.variant} goes`),
    ...wrapText(shares.join(' · '), width, '  '),
    ...ideal,
  ];
}

/** The functions with the most CPU per job, a column for each variant; null without any. */
function hotLines({ hot }: ReportView, width: number, style: Style): string[] | null {
  if (hot === null || hot.functions.length === 0) return null;
  if (hot.variants.every(({ busyPerJobUs }) => busyPerJobUs === null)) return null;
  const rows = hot.functions.slice(0, MAX_FUNCTIONS).map(({ name, place, category, times }) => ({
    name: category === 'user' ? `${name} (${place ?? 'your code'})` : name,
    cells: times.map((time) => ownTime(time?.selfPerJobUs, time?.isSure ?? true)),
  }));
  rows.push({
    name: 'all functions',
    cells: hot.variants.map(({ busyPerJobUs }) => ownTime(busyPerJobUs, true)),
  });
  const widths = hot.variants.map(({ variant }, i) =>
    Math.max(variant.length, ...rows.map(({ cells }) => cells[i]!.length)),
  );
  const room = width - 2 - widths.reduce((sum, each) => sum + each + 2, 0);
  // Too narrow for a name beside all variants.
  if (room < 12) return null;
  const nameWidth = Math.min(room, Math.max(...rows.map(({ name }) => name.length), 17));
  const short = (name: string) => (name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name);
  const line = (name: string, cells: readonly string[]) =>
    `  ${short(name).padEnd(nameWidth)}${cells.map((cell, i) => `  ${cell.padStart(widths[i]!)}`).join('')}`;
  return [
    style.dim(
      line(
        'CPU per job, self',
        hot.variants.map(({ variant }) => variant),
      ).replace(/^ {2}/, ''),
    ),
    ...rows.map(({ name, cells }) => line(name, cells)),
  ];
}

function judgementLines({ gates, comparedWith }: RunRecord, width: number, style: Style): string[] {
  return [
    ...(comparedWith === null
      ? []
      : wrapText(
          `Compared with ${cleanText(comparedWith.before.id)}: ${headlineText(cleanVerdict(comparedWith.verdict))}`,
          width,
        )),
    ...gateLines(gates, width, style),
  ];
}

function endLines(
  { verdict, warnings }: ReportView,
  reportPath: string | null,
  width: number,
  style: Style,
): string[] {
  const label = (name: string) => style.dim(name.padEnd(LABEL));
  const codes = [...new Set(warnings.map(({ code }) => code))].filter((code) => !isError(code));
  return [
    ...nextLines(verdict.next, width, style, LABEL),
    ...(codes.length === 0
      ? []
      : wrapText(codes.join(', '), width, 'Warned  ', '        ').map((each) => style.yellow(each))),
    ...(reportPath === null ? [] : [`${label('Report')}${style.bold(reportPath)}`]),
    `${label('More')}--details prints every table`,
  ];
}
