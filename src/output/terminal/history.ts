import {
  changesOf,
  LEFT_OUT_NAMES,
  noChangeText,
  QUANTITY_NAMES,
  runsText,
} from '../../analysis/history/wording.ts';
import { cleanText } from '../../core/clean-text.ts';
import type { History, HistoryLine, HistorySeries } from '../../core/documents/history.ts';
import { formatMs, formatPlural } from '../../core/format.ts';
import { tableLines } from './grid.ts';
import { type Style, styleFor, wrapText } from './style.ts';
import { type SummaryOptions, textOfBlocks, usableWidth } from './summary.ts';

const STEPS = [...'▁▂▃▄▅▆▇█'];
/** Runs in a sparkline: two of them fit 80 columns. */
const NEWEST = 18;
/** Log of the smallest change that fills the height, up or down: less is noise. */
const MIN_HEIGHT = Math.log(1.05);
const MAX_CHANGES = 3;

/** The series with the newest run, in 25 lines of 80 columns for four variants. */
export function renderHistory(
  { series }: History,
  { colour, width: columns, reportPath }: Omit<SummaryOptions, 'details'>,
): string {
  const style = styleFor(colour);
  const width = usableWidth(columns);
  const [first, ...others] = series;
  if (first === undefined) return 'No finished run yet. Make one with `threadmill bench`.\n';
  const wrapped = (text: string) => wrapText(cleanText(text), width, '', '  ');
  const found = changesOf(first);
  const repeat = (found.find(({ change }) => change.ratio.estimate > 1) ?? found[0])?.change.repeat ?? null;
  const none = noChangeText(first);
  return textOfBlocks([
    [
      style.bold(cleanText(titleOf(first), width)),
      ...[runsText(first), first.machine].flatMap(wrapped).map(style.dim),
    ],
    sparkTable(first, style),
    [
      ...(none === null ? [] : wrapped(none)),
      ...found.slice(0, MAX_CHANGES).flatMap(({ change, what, where, also }) => {
        const rises = change.ratio.estimate > 1;
        const beside = also.length === 0 ? '' : `; also in: ${also.join(', ')}`;
        return wrapped(`${rises ? '▲' : '▼'} ${what}, ${where}${beside}.`).map(
          rises ? style.red : style.green,
        );
      }),
      ...(found.length > MAX_CHANGES ? [`${found.length - MAX_CHANGES} earlier in the page.`] : []),
      ...(repeat === null ? [] : [`→ ${cleanText(repeat)}`]),
    ],
    [
      ...(others.length === 0
        ? []
        : [`${formatPlural(others.length, 'more series', 'more series')} in the page.`]),
      ...(reportPath === null ? [] : [`Page: ${style.bold(reportPath)}`]),
    ],
  ]);
}

function titleOf({ workload, jobs, concurrency }: HistorySeries): string {
  return `${workload} · ${formatPlural(jobs, 'job')} · concurrency ${concurrency}`;
}

function sparkTable({ runs, lines }: HistorySeries, style: Style): string[] {
  const marks = runs.map(({ leftOut }) =>
    leftOut === null ? null : leftOut === 'failed' || leftOut === 'stopped' ? '×' : '?',
  );
  const [times, cpu] = (['times', 'cpu'] as const).map((kind) =>
    lines.filter(({ quantity }) => (quantity === 'cpu') === (kind === 'cpu')),
  );
  const cells = (line: HistoryLine | undefined): string[] => {
    if (line === undefined) return ['', ''];
    const newest = line.ms.findLast((ms, run) => ms !== null && marks[run] === null);
    return [formatMs(newest?.estimate), sparkline(line, marks)];
  };
  const names = [...new Set(lines.map(({ variant }) => variant))];
  const table = tableLines(
    ['', times![0] === undefined ? '' : QUANTITY_NAMES[times![0].quantity], '', QUANTITY_NAMES.cpu, ''],
    names.map((name) => [
      name,
      ...[times, cpu].flatMap((of) => cells(of!.find(({ variant }) => variant === name))),
    ]),
    style,
  );
  const shown = marks.slice(-NEWEST);
  const legend = (['×', '?'] as const).flatMap((mark) => {
    const kinds = runs
      .slice(-NEWEST)
      .flatMap(({ leftOut }, i) => (shown[i] === mark && leftOut !== null ? [LEFT_OUT_NAMES[leftOut]] : []));
    return kinds.length === 0 ? [] : [`${mark} ${[...new Set(kinds)].join(', ')}`];
  });
  return [...table, ...(legend.length === 0 ? [] : [style.dim(legend.join(' · '))])];
}

/** The newest runs, by logarithms. */
function sparkline({ ms }: HistoryLine, marks: readonly (string | null)[]): string {
  const logs = ms
    .map((each, run) => (each === null || marks[run] !== null ? null : Math.log(each.estimate)))
    .slice(-NEWEST);
  const known = logs.filter((log) => log !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const half = Math.max(MIN_HEIGHT, (high - low) / 2);
  const bottom = (low + high) / 2 - half;
  return logs
    .map((log, i) => {
      if (log === null) return marks.slice(-NEWEST)[i] ?? ' ';
      return STEPS[Math.min(STEPS.length - 1, Math.floor((STEPS.length * (log - bottom)) / (2 * half)))]!;
    })
    .join('')
    .padEnd(Math.min(NEWEST, ms.length));
}
