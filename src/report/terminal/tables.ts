import {
  formatBytes,
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatNumber,
  NONE,
} from '../format.ts';
import type { SummaryRow } from '../view-model.ts';
import { gridLines } from './grid.ts';
import type { Style } from './style.ts';

interface Column {
  readonly head: string;
  cell(row: SummaryRow): string;
}

const NAME: Column = { head: 'variant', cell: ({ variant }) => variant };

/** What stands beside a speedup is said above it: an interval, or for lack of rounds the quartiles. */
function walls(rows: readonly SummaryRow[]): readonly Column[] {
  const hasInterval = rows.some(({ speedup }) => speedup?.method === 'hettmansperger-sheather');
  return [
    { head: 'threads', cell: ({ threads }) => formatCount(threads) },
    { head: 'wall', cell: ({ wallMs }) => formatMs(wallMs?.estimate) },
    { head: 'quartiles', cell: ({ wallMs }) => formatMsRange(wallMs?.low, wallMs?.high) },
    { head: 'speedup', cell: (row) => (row.isBaseline ? 'baseline' : formatFactor(row.speedup?.estimate)) },
    {
      head: hasInterval ? '95% interval' : 'quartiles',
      cell: ({ speedup }) => formatFactorRange(speedup?.low, speedup?.high),
    },
  ];
}

const COSTS: readonly Column[] = [
  { head: 'jobs/s', cell: ({ jobsPerSecond }) => formatNumber(jobsPerSecond) },
  { head: 'CPU', cell: ({ cpuMs }) => formatMs(cpuMs) },
  { head: 'peak RSS', cell: ({ peakRssBytes }) => formatBytes(peakRssBytes) },
  { head: 'start-up', cell: ({ startupMs }) => formatMs(startupMs) },
  {
    head: 'failed',
    cell: ({ failedJobs, startedBlocks }) => (startedBlocks === 0 ? NONE : formatCount(failedJobs)),
  },
];

/** p99.9 wants 10,000 jobs, which few plans have: its column is there for those only. */
function latencies(rows: readonly SummaryRow[]): readonly Column[] {
  const hasP999 = rows.some(({ latencyMs }) => latencyMs.p999 !== null);
  return [
    { head: 'p50', cell: ({ latencyMs }) => formatMs(latencyMs.p50) },
    { head: 'p90', cell: ({ latencyMs }) => formatMs(latencyMs.p90) },
    { head: 'p99', cell: ({ latencyMs }) => formatMs(latencyMs.p99) },
    ...(hasP999 ? [{ head: 'p99.9', cell: ({ latencyMs }: SummaryRow) => formatMs(latencyMs.p999) }] : []),
    { head: 'max', cell: ({ latencyMs }) => formatMs(latencyMs.max) },
  ];
}

/** Tables that fit: one where there is room for all columns, else three of at most 80. */
export function summaryTables(rows: readonly SummaryRow[], width: number, style: Style): string[][] {
  const whole = table([...walls(rows), ...COSTS, ...latencies(rows)], rows, style);
  if (whole.width <= width) return [whole.lines];
  return [walls(rows), COSTS, latencies(rows)].map((columns) => table(columns, rows, style).lines);
}

function table(
  columns: readonly Column[],
  rows: readonly SummaryRow[],
  style: Style,
): { lines: string[]; width: number } {
  const all = [NAME, ...columns];
  const [head = '', ...body] = gridLines(
    all.map((column) => column.head),
    rows.map((row) => all.map((column) => column.cell(row))),
  );
  const width = Math.max(head.length, ...body.map((line) => line.length));
  return {
    width,
    lines: [style.dim(head), ...body.map((line, i) => (rows[i]?.isRecommended ? style.bold(line) : line))],
  };
}
