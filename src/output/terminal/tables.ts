import { metricCell } from '../../analysis/metric-units.ts';
import {
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  NONE,
} from '../../core/format.ts';
import { columnsOf, type MetricColumn, scheduleColumns } from '../view/metric-columns.ts';
import type { ReportView, SummaryRow } from '../view/run/model.ts';
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
      head: compared === 'wall' ? 'time' : 'response',
      cell: ({ comparedMs }) => formatMs(comparedMs?.estimate),
    },
    { head: 'quartiles', cell: ({ comparedMs }) => formatMsRange(comparedMs?.low, comparedMs?.high) },
    { head: 'speedup', cell: (row) => (row.isBaseline ? 'baseline' : formatFactor(row.speedup?.estimate)) },
    {
      head: hasInterval ? '95% CI' : 'quartiles',
      cell: ({ speedup }) =>
        hasInterval && speedup?.method !== 'hettmansperger-sheather'
          ? NONE
          : formatFactorRange(speedup?.low, speedup?.high),
    },
  ];
}

function metrics(columns: readonly MetricColumn[]): Column[] {
  return columns.map(({ name, head }) => ({ head, cell: ({ figures }) => metricCell(name, figures[name]) }));
}

/** Tables that fit: one where there is room for all columns, else several of at most 80. */
export function summaryTables(
  { rows, compared }: Pick<ReportView, 'rows' | 'compared'>,
  width: number,
  style: Style,
): string[][] {
  const costs = metrics(columnsOf(['cost'], rows));
  // Without a trial that counts there is nothing in the columns but dashes, and what failed.
  if (rows.every(({ comparedMs }) => comparedMs === null)) return [table(costs, rows, style).lines];
  const summary = [walls(rows, compared), costs];
  if (compared === 'response') {
    const { response, parts } = scheduleColumns(rows);
    return [
      ...summary.map((columns) => table(columns, rows, style).lines),
      table(metrics(response), rows, style, 'response time').lines,
      table(metrics(parts), rows, style, 'what it is made of').lines,
    ];
  }
  const groups = [...summary, metrics(columnsOf(['latency'], rows))];
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
