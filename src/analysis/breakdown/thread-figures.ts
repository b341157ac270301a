import type { FlightIdle, MovedData, ThreadTrace, TrialTrace } from '../../core/documents/breakdown.ts';
import type { ThreadSpan } from '../../core/documents/run-record.ts';
import { firstIndex } from '../../core/first-index.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { TraceTable } from '../../engine/measurement/trace-table.ts';
import type { ThreadFigures } from './breakdown.ts';

export type Span = readonly [start: number, end: number];

/** How much of the spans lies within the pauses, on one clock. Pauses don't overlap; either list may be in any order. */
export function overlapOf(spans: readonly Span[], pauses: readonly Span[]): number {
  const sorted = [...pauses].sort((a, b) => a[0] - b[0]);
  let total = 0;
  for (const [start, end] of spans) {
    const first = firstIndex(sorted.length, (i) => sorted[i]![1] > start);
    for (let index = first; index < sorted.length; index++) {
      const [from, to] = sorted[index]!;
      if (from >= end) break;
      total += Math.min(end, to) - Math.max(start, from);
    }
  }
  return total;
}

export interface TracedTrial {
  readonly trace: TrialTrace;
  readonly spans: readonly ThreadSpan[];
  readonly jobs: JobTable;
  readonly table: TraceTable;
  /** Whether jobs start on a schedule: a thread without one then waits for the schedule, not for messages. */
  readonly paced: boolean;
}

export function threadFigures(
  trial: TracedTrial,
): { readonly thread: number; readonly figures: ThreadFigures }[] {
  const { trace } = trial;
  const lastStartNs = trial.jobs.start.reduce((latest, start) => Math.max(latest, start), trace.startNs);
  return trace.threads.flatMap((thread) => {
    const span = trial.spans.find((each) => each.thread === thread.thread);
    if (span === undefined) return [];
    const pauses = thread.gc.map(
      ([start, length]): Span => [Math.max(start, trace.startNs), Math.min(start + length, trace.endNs)],
    );
    const idle = idleOf(thread.idle, trace, lastStartNs);
    const wallMs = (trace.endNs - trace.startNs) / NS_PER_MS;
    const figures: ThreadFigures = {
      wallMs,
      cpu: span.cpu && { cpuMs: span.cpu.cpuMs, waitMs: waitWithin(span.cpu, wallMs) },
      activeMs: span.eventLoop.activeMs,
      gcMs: pauses.reduce((sum, [start, end]) => sum + Math.max(0, end - start), 0) / NS_PER_MS,
      work: thread.work === 'timed' ? 'jobs' : thread.work,
      movingMs: thread.moved === null ? 0 : movingMs(thread.moved),
      user: thread.work === 'timed' || thread.work === 'computes' ? userOf(thread, trial, pauses) : null,
      starvedMs: trial.paced ? 0 : idle.starvedMs,
      doneMs: idle.doneMs + (trial.paced ? idle.starvedMs : 0),
    };
    return [{ thread: thread.thread, figures }];
  });
}

/** Waiting for a CPU that is certainly the trial's, ms: what the reading spans beyond the trial counts as waiting. */
export function waitWithin({ waitMs, spanMs }: NonNullable<ThreadSpan['cpu']>, wallMs: number): number {
  return Math.max(0, waitMs - Math.max(0, spanMs - wallMs));
}

function movingMs({ sent, received }: MovedData): number {
  return sent.serialiseMs + received.deserialiseMs;
}

/** Time in the user's functions in one thread, without the pauses that fell into it. */
function userOf(
  thread: ThreadTrace,
  { jobs, table }: TracedTrial,
  pauses: readonly Span[],
): ThreadFigures['user'] {
  const { process, processAt, processEndAt, computed, computedBy } = table.columns;
  const spans: Span[] = [];
  let totalNs = 0;
  for (let position = 0; position < jobs.rows; position++) {
    if (jobs.start[position] === 0) continue;
    // A job of one thread may have its CPU part in another; the moments are then that thread's.
    const there = computedBy[position]!;
    if (jobs.thread[position] === thread.thread) totalNs += process[position]! - computed[position]!;
    else if (there === thread.thread) totalNs += computed[position]!;
    if ((there === 0 ? jobs.thread[position] : there) !== thread.thread) continue;
    spans.push([processAt[position]!, processEndAt[position]!]);
  }
  const pausedNs = overlapOf(spans, pauses);
  return { ms: Math.max(0, totalNs - pausedNs) / NS_PER_MS, cpuShare: thread.userCpuShare };
}

/** Waiting without a job in flight, split at the last start of all: before it, work had not reached this thread. */
function idleOf(
  idle: FlightIdle | null,
  { startNs, endNs }: TrialTrace,
  lastStartNs: number,
): { readonly starvedMs: number; readonly doneMs: number } {
  if (idle === null) return { starvedMs: 0, doneMs: 0 };
  const msBetween = (from: number, to: number) => Math.max(0, to - from) / NS_PER_MS;
  if (idle.firstNs === 0) {
    return { starvedMs: msBetween(startNs, lastStartNs), doneMs: msBetween(lastStartNs, endNs) };
  }
  const beforeMs = Math.min(idle.beforeMs, msBetween(startNs, idle.firstNs));
  const afterMs = Math.min(idle.afterMs, msBetween(idle.lastNs, endNs));
  const tailMs = msBetween(idle.lastNs, endNs);
  const early = tailMs === 0 ? 0 : msBetween(idle.lastNs, Math.min(lastStartNs, endNs)) / tailMs;
  return {
    starvedMs: beforeMs + idle.betweenMs + afterMs * early,
    doneMs: afterMs * (1 - early),
  };
}
