import { OUTCOMES, type Outcome } from '../../core/outcomes.ts';
import { type Attempt, attemptsByJob } from '../../profile/timeline/attempts.ts';
import { type PhaseSpan, phaseSpans } from '../../profile/timeline/phase-spans.ts';
import { byStart, endOf } from '../../profile/timeline/steps.ts';
import type { JobTrial, RunSource } from './run-source.ts';

/** A job that began, as it is exported. Times are ns on the clock of process.hrtime(). */
export interface JobSpan {
  readonly position: number;
  readonly item: number;
  readonly name: string;
  readonly thread: number;
  /** Thread of its phase `process`. */
  readonly processedBy: number;
  /** When it was handed to its thread, before it started; null where none hands jobs to another, or none looked. */
  readonly queuedNs: number | null;
  readonly startNs: number;
  readonly endNs: number;
  /** When the thread that had handed it out heard that it was done. */
  readonly returnedNs: number | null;
  readonly outcome: Outcome;
  readonly status: number;
  readonly bytes: number;
  /** Between start and end, in order of time, none overlapping another; none without tracing. */
  readonly phases: readonly PhaseSpan[];
  /** Its requests, in order of time; empty unless it sent more than one. */
  readonly attempts: readonly Attempt[];
}

/** What a trial's wall is between; without tracing first start and last end. Null if no job began. */
export function spanOf({ rows, traced }: JobTrial): { startNs: number; endNs: number } | null {
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

export function* jobSpans(source: RunSource, { rows, traced }: JobTrial): Generator<JobSpan> {
  const attempts = traced === null ? new Map<number, readonly Attempt[]>() : attemptsByJob(traced);
  for (const row of byStart(rows.start)) {
    const queuedNs = traced?.trace.columns.queuedAt[row] ?? 0;
    const returnedNs = traced?.trace.columns.returnedAt[row] ?? 0;
    yield {
      position: row,
      item: source.itemOf(row),
      name: source.jobName(row),
      thread: rows.thread[row]!,
      processedBy: traced?.trace.columns.computedBy[row] || rows.thread[row]!,
      queuedNs: queuedNs === 0 ? null : queuedNs,
      startNs: rows.start[row]!,
      endNs: endOf(rows, row),
      returnedNs: returnedNs === 0 ? null : returnedNs,
      outcome: OUTCOMES[rows.outcome[row]!] ?? 'not-started',
      status: rows.status[row]!,
      bytes: rows.bytes[row]!,
      phases: traced === null ? [] : phaseSpans(rows, traced.trace, row, attempts.has(row)),
      attempts: attempts.get(row) ?? [],
    };
  }
}
