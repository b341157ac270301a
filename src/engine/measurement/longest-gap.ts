import { NS_PER_MS } from '../../core/units.ts';
import type { JobTable } from './job-table.ts';

/** Gaps of less than a bin count as none. */
const BINS = 1_000;

/** Longest time with jobs in flight and none ending, ms; null if none ended. Linear: ends go into bins of 1/1000. */
export function longestGapMs({ start, end, rows }: JobTable): number | null {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    if (end[row] === 0) continue;
    from = Math.min(from, start[row]!);
    to = Math.max(to, end[row]!);
  }
  if (to === 0) return null;
  const firstEnd = new Float64Array(BINS).fill(Number.POSITIVE_INFINITY);
  const lastEnd = new Float64Array(BINS);
  const firstStart = new Float64Array(BINS).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    const ended = end[row]!;
    if (ended === 0) continue;
    const bin = Math.min(BINS - 1, Math.floor((BINS * (ended - from)) / (to - from || 1)));
    firstEnd[bin] = Math.min(firstEnd[bin]!, ended);
    lastEnd[bin] = Math.max(lastEnd[bin]!, ended);
    firstStart[bin] = Math.min(firstStart[bin]!, start[row]!);
  }
  // From the last end back: of what ends later, the job that started first is in flight longest.
  let nextEnd = to;
  let inFlightSince = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (let bin = BINS - 1; bin >= 0; bin--) {
    if (lastEnd[bin] === 0) continue;
    longest = Math.max(longest, nextEnd - Math.max(lastEnd[bin]!, inFlightSince));
    nextEnd = firstEnd[bin]!;
    inFlightSince = Math.min(inFlightSince, firstStart[bin]!);
  }
  return Math.max(longest, nextEnd - inFlightSince) / NS_PER_MS;
}
