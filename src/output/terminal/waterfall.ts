import type { Timeline } from '../../core/documents/timeline.ts';
import { formatMs, niceStep } from '../../core/format.ts';
import { US_PER_MS } from '../../core/units.ts';
import { EIGHTHS } from './bars.ts';
import { type Style, wrapText } from './style.ts';
import { type Cell, waterfallCells } from './waterfall-cells.ts';
import { type WaterfallRows, waterfallRows } from './waterfall-rows.ts';

const LABEL_WIDTH = 10;
/** Beyond this the eye does not follow a row. */
const MAX_WIDTH = 100;
const MAX_TICKS = 4;

const GLYPHS: Readonly<Record<Cell['shows'], string>> = {
  nothing: ' ',
  queued: '·',
  connecting: '▒',
  waiting: '░',
  'in-flight': '▓',
  processing: '█',
  failed: '×',
};

/** In the order in which a job goes through them. */
const NAMED: readonly (readonly [shows: Cell['shows'], name: string])[] = [
  ['queued', 'queued'],
  ['connecting', 'connecting'],
  ['waiting', 'waiting'],
  ['in-flight', 'running'],
  ['processing', 'processing (▏ at least)'],
  ['failed', 'failed'],
];

interface Drawn extends WaterfallRows {
  readonly timeline: Timeline;
  readonly cells: readonly (readonly Cell[])[];
}

/** One trial per variant on one time axis, which ends with the slowest variant that overlaps its jobs. */
export function waterfallLines(timelines: readonly Timeline[], width: number, style: Style): string[] {
  const some = timelines.filter(({ wallUs, jobs }) => wallUs > 0 && jobs.rows > 0);
  if (some.length === 0) return [];
  const windowUs = windowOf(some);
  const columns = Math.min(width, MAX_WIDTH) - LABEL_WIDTH;
  const drawn = some.map((timeline): Drawn => {
    const shown = waterfallRows(timeline, windowUs);
    const cells = shown.rows.map(({ jobs }) => waterfallCells(timeline, jobs, windowUs, columns));
    return { ...shown, timeline, cells };
  });
  return [
    ...legendLines(drawn, windowUs / columns, width).map(style.dim),
    ...drawn.flatMap((each) => chartLines(each, width, style)),
    style.dim(axisLine(windowUs, columns)),
  ];
}

/** Of a sequential run only as much as the others take; of one not much slower than they are, all. */
function windowOf(timelines: readonly Timeline[]): number {
  const walls = (of: readonly Timeline[]) => Math.max(0, ...of.map(({ wallUs }) => wallUs));
  const all = walls(timelines);
  const overlapped = walls(timelines.filter(({ variant }) => variant !== 'sequential'));
  return overlapped === 0 || all < 1.25 * overlapped ? all : overlapped;
}

function legendLines(drawn: readonly Drawn[], cellUs: number, width: number): string[] {
  const used = new Set(drawn.flatMap(({ cells }) => cells.flat().map(({ shows }) => shows)));
  const named = NAMED.filter(([shows]) => used.has(shows)).map(([shows, name]) => `${GLYPHS[shows]} ${name}`);
  return wrapText(`Traced trials, ${formatMs(cellUs / US_PER_MS)} a column: ${named.join(', ')}`, width);
}

function chartLines({ timeline, rows, note, cells }: Drawn, width: number, style: Style): string[] {
  const [head = '', ...more] = wrapText(`${timeline.variant}  ${note}`, width, '', '  ');
  const name = timeline.variant.length;
  return [
    `${style.bold(head.slice(0, name))}${style.dim(head.slice(name))}`,
    ...more.map(style.dim),
    ...cells.map((row, i) => {
      const label = shortLabel(rows[i]!.label).padEnd(LABEL_WIDTH);
      return `${style.dim(label)}${painted(row, style)}`.trimEnd();
    }),
  ];
}

/** Of a worker of a queue its end: two on one host differ there. */
function shortLabel(label: string): string {
  return label.length < LABEL_WIDTH ? label : `…${label.slice(2 - LABEL_WIDTH)}`;
}

/** Cells that show the same are painted in one go. */
function painted(cells: readonly Cell[], style: Style): string {
  const paint: Partial<Record<Cell['shows'], (text: string) => string>> = {
    processing: style.yellow,
    failed: style.red,
  };
  let end = cells.length;
  while (end > 0 && cells[end - 1]!.shows === 'nothing') end--;
  let line = '';
  for (let from = 0, to = 0; from < end; from = to) {
    const { shows } = cells[from]!;
    let text = '';
    for (to = from; to < end && cells[to]!.shows === shows; to++) text += glyphOf(cells[to]!);
    line += paint[shows]?.(text) ?? text;
  }
  return line;
}

function glyphOf(cell: Cell): string {
  return cell.shows === 'processing' && cell.eighths < 8 ? EIGHTHS[cell.eighths]! : GLYPHS[cell.shows];
}

/** Ticks stand at their moment, their labels to the right of them, as far as there is room. */
function axisLine(windowUs: number, columns: number): string {
  const windowMs = windowUs / US_PER_MS;
  const step = niceStep(windowMs / MAX_TICKS);
  let line = '';
  for (let ms = 0; ms <= windowMs; ms += step) {
    const at = Math.min(columns - 1, Math.round((ms / windowMs) * columns));
    const label = `|${tickLabel(ms)}`;
    if (at < line.length || at + label.length > columns) continue;
    line = line.padEnd(at) + label;
  }
  return `${' '.repeat(LABEL_WIDTH)}${line}`;
}

/** Round by themselves: `50 ms`, not `50.0 ms`. */
function tickLabel(ms: number): string {
  if (ms === 0) return '0';
  return ms < 1_000 ? `${Number(ms.toPrecision(6))} ms` : formatMs(ms);
}
