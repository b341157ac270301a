import type { JobTable } from '../measurement/job-table.ts';
import { OUTCOMES, type Outcome } from '../types/outcomes.ts';
import { type PhaseSpan, phaseSpans } from './phase-spans.ts';
import type { JobBlock, RunSource } from './run-source.ts';

/** A job that began, as it is exported. Times are ns on the clock of process.hrtime(). */
export interface JobSpan {
  readonly position: number;
  readonly item: number;
  readonly name: string;
  readonly thread: number;
  /** When it was handed to its thread, before it started; null where none hands jobs to another, or none looked. */
  readonly queuedNs: number | null;
  readonly startNs: number;
  readonly endNs: number;
  /** When the thread that had handed it out heard that it was done. */
  readonly returnedNs: number | null;
  readonly outcome: Outcome;
  /** HTTP status; 0 where there is none. */
  readonly status: number;
  readonly bytes: number;
  /** Between start and end, in order of time, none overlapping another; none without tracing. */
  readonly phases: readonly PhaseSpan[];
}

/** What a block's wall is between; without tracing first start and last end. Null if no job began. */
export function spanOf({ rows, traced }: JobBlock): { startNs: number; endNs: number } | null {
  if (traced !== null) return traced;
  let startNs = Number.POSITIVE_INFINITY;
  let endNs = 0;
  for (let row = 0; row < rows.rows; row++) {
    if (rows.start[row] === 0) continue;
    startNs = Math.min(startNs, rows.start[row]!);
    endNs = Math.max(endNs, endOf(rows, row));
  }
  return endNs === 0 ? null : { startNs, endNs };
}

/** The jobs of a block that began, in the order in which they did. */
export function* jobSpans(source: RunSource, { rows, traced }: JobBlock): Generator<JobSpan> {
  for (const row of byStart(rows.start)) {
    const queuedNs = traced?.trace.columns.queuedAt[row] ?? 0;
    const returnedNs = traced?.trace.columns.returnedAt[row] ?? 0;
    yield {
      position: row,
      item: source.itemOf(row),
      name: source.jobName(row),
      thread: rows.thread[row]!,
      queuedNs: queuedNs === 0 ? null : queuedNs,
      startNs: rows.start[row]!,
      endNs: endOf(rows, row),
      returnedNs: returnedNs === 0 ? null : returnedNs,
      outcome: OUTCOMES[rows.outcome[row]!] ?? 'not-started',
      status: rows.status[row]!,
      bytes: rows.bytes[row]!,
      phases: traced === null ? [] : phaseSpans(rows, traced.trace, row),
    };
  }
}

/** A row that was never settled, of a process that was killed, has no end. */
function endOf({ start, end }: JobTable, row: number): number {
  return Math.max(start[row]!, end[row]!);
}

function byStart(start: Float64Array): Uint32Array {
  const began = Uint32Array.from(start.keys()).filter((row) => start[row] !== 0);
  return began.sort((a, b) => start[a]! - start[b]! || a - b);
}

export interface Step {
  readonly atNs: number;
  readonly count: number;
}

/** How many jobs were in flight, from each moment on at which that changed. */
export function inFlightSteps({ rows }: JobBlock): Generator<Step> {
  const began = byStart(rows.start);
  return steps(
    Float64Array.from(began, (row) => rows.start[row]!),
    Float64Array.from(began, (row) => endOf(rows, row)),
  );
}

/** How many jobs had been handed to a thread and not started there, likewise; none without hand-over. */
export function queueSteps({ rows, traced }: JobBlock): Generator<Step> {
  const queuedAt = traced?.trace.columns.queuedAt ?? new Float64Array(0);
  const queued = byStart(rows.start).filter((row) => (queuedAt[row] ?? 0) !== 0);
  return steps(
    Float64Array.from(queued, (row) => Math.min(queuedAt[row]!, rows.start[row]!)),
    Float64Array.from(queued, (row) => rows.start[row]!),
  );
}

function* steps(entered: Float64Array, left: Float64Array): Generator<Step> {
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
