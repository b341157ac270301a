export type Span = readonly [start: number, end: number];

/**
 * How much of the spans lies within the pauses, all on one clock. Within each of the two lists spans may come in
 * any order; pauses don't overlap each other (a thread has one at a time).
 */
export function overlapOf(spans: readonly Span[], pauses: readonly Span[]): number {
  const sorted = [...pauses].sort((a, b) => a[0] - b[0]);
  let total = 0;
  for (const [start, end] of spans) {
    for (let index = firstEndingAfter(sorted, start); index < sorted.length; index++) {
      const [from, to] = sorted[index]!;
      if (from >= end) break;
      total += Math.min(end, to) - Math.max(start, from);
    }
  }
  return total;
}

/** Index of the first of spans in order that ends after a moment. */
function firstEndingAfter(sorted: readonly Span[], moment: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]![1] > moment) high = middle;
    else low = middle + 1;
  }
  return low;
}
