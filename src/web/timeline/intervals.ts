/** Stretches of time on one row, in order and not overlapping. */
export interface Intervals {
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** Lengths summed up before each, and of all: one longer than the others. */
  readonly sumUs: Float64Array;
}

/** The part of the axis that is in view, and the pixels that it has. */
export interface View {
  readonly fromUs: number;
  readonly toUs: number;
  readonly widthPx: number;
}

interface Sink {
  /** Wide enough to be drawn by itself; x and width in pixels, cut at the edges of the view. */
  box(index: number, x: number, width: number): void;
  /** One pixel column for those in [from, until), each of which is too narrow; they cover this share of it. */
  merged(from: number, until: number, x: number, covered: number): void;
}

/** What is narrower is merged with its neighbours, px. */
const NARROWEST_PX = 1;

export function makeIntervals(startUs: Float64Array, endUs: Float64Array): Intervals {
  const sumUs = new Float64Array(startUs.length + 1);
  for (let i = 0; i < startUs.length; i += 1) sumUs[i + 1] = sumUs[i]! + (endUs[i]! - startUs[i]!);
  return { startUs, endUs, sumUs };
}

export function xOf(us: number, { fromUs, toUs, widthPx }: View): number {
  return ((us - fromUs) / (toUs - fromUs)) * widthPx;
}

export function timeAt(x: number, { fromUs, toUs, widthPx }: View): number {
  return fromUs + (x / widthPx) * (toUs - fromUs);
}

/** Index of the first value that is at least `value`; the length if there is none. */
export function lowerBound(sorted: Float64Array | Int32Array, value: number, from = 0): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first value above `value`. */
export function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Visits the visible intervals of a row: at most two calls per pixel, in O(pixels × log n). */
export function eachVisible(row: Intervals, view: View, sink: Sink): void {
  const { startUs, endUs } = row;
  const usPerPx = (view.toUs - view.fromUs) / view.widthPx;
  if (!(usPerPx > 0)) return;
  let i = upperBound(endUs, view.fromUs);
  while (i < startUs.length && startUs[i]! < view.toUs) {
    if (endUs[i]! - startUs[i]! >= NARROWEST_PX * usPerPx) {
      drawBox(row, i, view, sink);
      i += 1;
      continue;
    }
    const column = Math.max(0, Math.floor(xOf(startUs[i]!, view)));
    const endOfColumnUs = timeAt(column + 1, view);
    let until = Math.max(i + 1, lowerBound(startUs, endOfColumnUs, i));
    // Only the last can reach beyond the column: it stands by itself if it is wide enough.
    if (until - i > 1 && endUs[until - 1]! - startUs[until - 1]! >= NARROWEST_PX * usPerPx) until -= 1;
    sink.merged(i, until, column, Math.min(1, (row.sumUs[until]! - row.sumUs[i]!) / usPerPx));
    i = until;
  }
}

function drawBox({ startUs, endUs }: Intervals, index: number, view: View, sink: Sink): void {
  const x = Math.max(0, xOf(startUs[index]!, view));
  sink.box(index, x, Math.min(view.widthPx, xOf(endUs[index]!, view)) - x);
}

/** The stretch at a time; else the nearest that is less than the slack away, µs; −1 if there is none. */
export function intervalAt({ startUs, endUs }: Intervals, us: number, slackUs: number): number {
  const next = upperBound(startUs, us);
  const before = next - 1;
  const sinceEnd = before < 0 ? Number.POSITIVE_INFINITY : us - endUs[before]!;
  if (sinceEnd < 0) return before;
  const untilStart = next < startUs.length ? startUs[next]! - us : Number.POSITIVE_INFINITY;
  if (Math.min(sinceEnd, untilStart) >= slackUs) return -1;
  return sinceEnd <= untilStart ? before : next;
}
