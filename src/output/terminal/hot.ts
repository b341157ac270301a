import { formatMicros, formatShare, NONE } from '../../core/format.ts';
import { shortVariant } from '../../core/labels.ts';
import type { HotFunction, HotView } from '../view/run/hot.ts';
import { FEW_SAMPLES, ownTime } from '../view/run/hot-time.ts';
import { gridLines } from './grid.ts';
import { type Style, wrapText } from './style.ts';

const MAX_FUNCTIONS = 8;
const MIN_NAME = 20;

export function hotLines(hot: HotView, width: number, style: Style): string[] {
  const shown = hot.functions.slice(0, MAX_FUNCTIONS);
  if (shown.length === 0) return [];
  const columns = hot.variants.map(({ variant }) => shortVariant(variant));
  const rows = [
    ...shown.map(({ times }) => times.map((time) => ownTime(time?.selfPerJobUs, time?.isSure === true))),
    hot.variants.map((variant, i) => restOf(variant.busyPerJobUs, shown, i)),
    hot.variants.map(({ busyPerJobUs }) => formatMicros(busyPerJobUs)),
    hot.variants.map(({ idleShare }) => formatShare(idleShare)),
  ];
  const taken = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]!.length)) + 2);
  const room = Math.max(MIN_NAME, width - taken.reduce((sum, each) => sum + each, 0));
  const names = [...shown.map((row) => nameIn(row, room)), 'everything else', 'total busy', 'threads idle'];
  const [head = '', ...lines] = gridLines(
    ['hot functions, per job', ...columns],
    rows.map((row, i) => [names[i]!, ...row]),
  );
  const note = `Self time without idle, all threads together, of a profiled pass; ${FEW_SAMPLES}. The report has the lines.`;
  return [
    style.dim(head),
    ...lines.map((line, i) => (shown[i]?.category === 'user' ? style.bold(line) : line)),
    ...wrapText(note, width).map(style.dim),
  ];
}

function restOf(allUs: number | null, shown: readonly HotFunction[], column: number): string {
  if (allUs === null) return NONE;
  return formatMicros(
    Math.max(0, allUs - shown.reduce((sum, { times }) => sum + (times[column]?.selfPerJobUs ?? 0), 0)),
  );
}

/** The name, and where it is if there is room: the file without its folder, or else whose it is. */
function nameIn({ name, place, category, package: owner }: HotFunction, room: number): string {
  const file = category === 'native' ? null : place;
  const where = owner ?? file?.slice(file.lastIndexOf('/') + 1) ?? '';
  const both = where === '' ? name : `${name}  ${where}`;
  if (both.length <= room) return both;
  return name.length <= room ? name : `${name.slice(0, room - 1)}…`;
}
