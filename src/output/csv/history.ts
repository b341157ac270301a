import type { History, HistoryLine, HistoryRun, HistorySeries } from '../../core/documents/history.ts';
import { type Cell, csvLine } from './cell.ts';

interface Row {
  readonly series: HistorySeries;
  readonly line: HistoryLine;
  readonly run: HistoryRun;
  readonly index: number;
}

const COLUMNS: readonly (readonly [string, (row: Row) => Cell])[] = [
  ['workload', ({ series }) => series.workload],
  ['machine', ({ series }) => series.machine],
  ['jobs', ({ series }) => series.jobs],
  ['concurrency', ({ series }) => series.concurrency],
  ['run', ({ run }) => run.id],
  ['created_at', ({ run }) => run.createdAt],
  ['commit', ({ run }) => run.git?.commit ?? null],
  ['modified', ({ run }) => run.git?.modified ?? null],
  ['left_out', ({ run }) => run.leftOut],
  ['variant', ({ line }) => line.variant],
  ['quantity', ({ line }) => line.quantity],
  ['ms', ({ line, index }) => line.ms[index]?.estimate ?? null],
  ['low_ms', ({ line, index }) => line.ms[index]?.low ?? null],
  ['high_ms', ({ line, index }) => line.ms[index]?.high ?? null],
  [
    'level_ms',
    ({ line, index }) => line.levels.find(({ from, to }) => from <= index && index <= to)?.ms ?? null,
  ],
  ['changed_by', ({ line, index }) => line.changes.find(({ at }) => at === index)?.ratio.estimate ?? null],
];

/** A header, then one line per run, variant and quantity. */
export function* historyLines({ series }: History): Generator<string> {
  yield csvLine(COLUMNS.map(([head]) => head));
  for (const each of series) {
    for (const line of each.lines) {
      for (const [index, run] of each.runs.entries()) {
        yield csvLine(COLUMNS.map(([, cell]) => cell({ series: each, line, run, index })));
      }
    }
  }
}
