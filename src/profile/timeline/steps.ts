import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { TraceTable } from '../../engine/measurement/trace-table.ts';

/** A step of a count: `count` from `atNs`, on the clock of process.hrtime(). */
export interface Step {
  readonly atNs: number;
  readonly count: number;
}

/** When a job ended; its start for a row without an end, of a killed process. */
export function endOf({ start, end }: JobTable, row: number): number {
  return Math.max(start[row]!, end[row]!);
}

/** Rows of the jobs that began, in the order in which they did. */
export function byStart(start: Float64Array): Uint32Array {
  const began = Uint32Array.from(start.keys()).filter((row) => start[row] !== 0);
  return began.sort((a, b) => start[a]! - start[b]! || a - b);
}

/** How many jobs were in flight; one step each time that changed. */
export function inFlightSteps(rows: JobTable): Generator<Step> {
  const began = byStart(rows.start);
  return steps(
    Float64Array.from(began, (row) => rows.start[row]!),
    Float64Array.from(began, (row) => endOf(rows, row)),
  );
}

/** How many jobs had been handed to a thread and not started there; no steps without hand-over. */
export function queueSteps(rows: JobTable, trace: TraceTable | null): Generator<Step> {
  const queuedAt = trace?.columns.queuedAt ?? new Float64Array(0);
  const queued = byStart(rows.start).filter((row) => (queuedAt[row] ?? 0) !== 0);
  return steps(
    Float64Array.from(queued, (row) => Math.min(queuedAt[row]!, rows.start[row]!)),
    Float64Array.from(queued, (row) => rows.start[row]!),
  );
}

/** A count that rises at each moment of `entered` and falls at each of `left`; sorts both. */
export function* steps(entered: Float64Array, left: Float64Array): Generator<Step> {
  entered.sort();
  left.sort();
  let inside = 0;
  for (let [into, out] = [0, 0]; out < left.length; ) {
    const atNs = Math.min(entered[into] ?? Number.POSITIVE_INFINITY, left[out]!);
    for (; entered[into] === atNs; into++) inside++;
    for (; left[out] === atNs; out++) inside--;
    yield { atNs, count: inside };
  }
}
