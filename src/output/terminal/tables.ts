import type { LatencySummary } from '../../core/documents/run-record.ts';
import {
  formatBytes,
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatNumber,
  NONE,
} from '../../core/format.ts';
import type { ReportView, SummaryRow } from '../pages/run/view.ts';
import { gridLines } from './grid.ts';
import type { Style } from './style.ts';

type Compared = ReportView['compared'];

interface Column {
  readonly head: string;
  cell(row: SummaryRow): string;
}

const NAME: Column = {
  head: 'variant',
  cell: ({ variant, isPartial }) => (isPartial ? `${variant} *` : variant),
};

/** What stands beside a speedup is said above it: an interval, or for lack of rounds the quartiles. */
function walls(rows: readonly SummaryRow[], compared: Compared): readonly Column[] {
  const hasInterval = rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather');
  return [
    { head: 'threads', cell: ({ threads }) => formatCount(threads) },
    {
      head: compared === 'wall' ? 'wall' : 'response',
      cell: ({ comparedMs }) => formatMs(comparedMs?.estimate),
    },
    { head: 'quartiles', cell: ({ comparedMs }) => formatMsRange(comparedMs?.low, comparedMs?.high) },
    { head: 'speedup', cell: (row) => (row.isBaseline ? 'baseline' : formatFactor(row.speedup?.estimate)) },
    {
      head: hasInterval ? '95% interval' : 'quartiles',
      cell: ({ speedup }) =>
        hasInterval && speedup?.method !== 'hettmansperger-sheather'
          ? NONE
          : formatFactorRange(speedup?.low, speedup?.high),
    },
  ];
}

/** The main thread is no part of it where nothing is known of it. */
function costs(rows: readonly SummaryRow[]): readonly Column[] {
  const main: readonly Column[] = [
    { head: 'main/job', cell: ({ mainCpuPerJobMs }) => formatMs(mainCpuPerJobMs) },
    { head: 'stall', cell: ({ worstStallMs }) => formatMs(worstStallMs) },
  ];
  return [
    {
      head: 'jobs/s',
      cell: ({ open, jobsPerSecond }) => formatNumber(open === null ? jobsPerSecond : open.achievedPerSecond),
    },
    { head: 'CPU', cell: ({ cpuMs }) => formatMs(cpuMs) },
    ...(knowsMainThread(rows) ? main : []),
    { head: 'peak RSS', cell: ({ peakRssBytes }) => formatBytes(peakRssBytes) },
    { head: 'start-up', cell: ({ startupMs }) => formatMs(startupMs) },
    {
      head: 'failed',
      cell: ({ failedJobs, startedTrials }) => (startedTrials === 0 ? NONE : formatCount(failedJobs)),
    },
  ];
}

/** Whether the tables say what the main threads did. */
export function knowsMainThread(rows: readonly SummaryRow[]): boolean {
  return rows.some(({ mainCpuPerJobMs, worstStallMs }) => mainCpuPerJobMs !== null || worstStallMs !== null);
}

/** p99.9 wants 10,000 jobs, which few plans have: its column is there for those only. */
function latencies(
  rows: readonly SummaryRow[],
  of: (row: SummaryRow) => LatencySummary | null,
): readonly Column[] {
  const hasP999 = rows.some((row) => of(row)?.p999 != null);
  return [
    { head: 'p50', cell: (row) => formatMs(of(row)?.p50) },
    { head: 'p90', cell: (row) => formatMs(of(row)?.p90) },
    { head: 'p99', cell: (row) => formatMs(of(row)?.p99) },
    ...(hasP999 ? [{ head: 'p99.9', cell: (row: SummaryRow) => formatMs(of(row)?.p999) }] : []),
    { head: 'max', cell: (row) => formatMs(of(row)?.max) },
  ];
}

/** What a response time is made of, on a schedule. */
const PARTS: readonly Column[] = [
  { head: 'service p50', cell: ({ latencyMs }) => formatMs(latencyMs.p50) },
  { head: 'p99', cell: ({ latencyMs }) => formatMs(latencyMs.p99) },
  { head: 'late p50', cell: ({ open }) => formatMs(open?.latenessMs.p50) },
  { head: 'p99', cell: ({ open }) => formatMs(open?.latenessMs.p99) },
  { head: 'max', cell: ({ open }) => formatMs(open?.latenessMs.max) },
];

/** Tables that fit: one where there is room for all columns, else several of at most 80. */
export function summaryTables(
  { rows, compared }: Pick<ReportView, 'rows' | 'compared'>,
  width: number,
  style: Style,
): string[][] {
  // Without a trial that counts there is nothing in the columns but dashes, and what failed.
  if (rows.every(({ comparedMs }) => comparedMs === null)) return [table(costs(rows), rows, style).lines];
  const summary = [walls(rows, compared), costs(rows)];
  if (compared === 'response') {
    const response = latencies(rows, ({ open }) => open?.responseMs ?? null);
    return [
      ...summary.map((columns) => table(columns, rows, style).lines),
      table(response, rows, style, 'response time').lines,
      table(PARTS, rows, style, 'what it is made of').lines,
    ];
  }
  const groups = [...summary, latencies(rows, ({ latencyMs }) => latencyMs)];
  const whole = table(groups.flat(), rows, style);
  if (whole.width <= width) return [whole.lines];
  return groups.map((columns) => table(columns, rows, style).lines);
}

function table(
  columns: readonly Column[],
  rows: readonly SummaryRow[],
  style: Style,
  title = NAME.head,
): { lines: string[]; width: number } {
  const all = [NAME, ...columns];
  const [head = '', ...body] = gridLines(
    [title, ...columns.map((column) => column.head)],
    rows.map((row) => all.map((column) => column.cell(row))),
  );
  const width = Math.max(head.length, ...body.map((line) => line.length));
  return {
    width,
    lines: [style.dim(head), ...body.map((line, i) => (rows[i]?.isRecommended ? style.bold(line) : line))],
  };
}
