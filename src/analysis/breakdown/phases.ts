import type { PhaseName, TraceRecord } from '../../core/documents/run-record.ts';
import { PHASES } from '../../core/documents/run-record.ts';
import { groupBy } from '../../core/group-by.ts';
import { quantile, sortNumbers } from '../../core/statistics/quantile.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { TraceColumns, TraceTable } from '../../engine/measurement/trace-table.ts';

/**
 * When each job was sent to its thread, ns; 0: it came by no message. A pool keeps `tasksPerThread` tasks at each
 * thread: later ones are sent when the main thread hears that another is done there; the wait before is no hand-over.
 * A worker of a queue takes its next job itself, when another has ended there.
 */
export function handedOver(jobs: JobTable, { columns }: TraceTable, tasksPerThread: number): Float64Array {
  const { queuedAt, returnedAt, starts } = columns;
  const sentAt = new Float64Array(jobs.rows);
  const sent = Uint32Array.from(jobs.start.keys()).filter(
    (position) => queuedAt[position] !== 0 && jobs.start[position] !== 0,
  );
  for (const positions of groupBy(sent, (position) => jobs.thread[position]!).values()) {
    positions.sort((a, b) => jobs.start[a]! - jobs.start[b]!);
    const returns = Float64Array.from(positions, (position) =>
      starts[position]! > 0 ? jobs.end[position]! : returnedAt[position]!,
    ).sort();
    for (const [turn, position] of positions.entries()) {
      const freed = turn < tasksPerThread ? 0 : returns[turn - tasksPerThread]!;
      sentAt[position] = Math.min(jobs.start[position]!, Math.max(queuedAt[position]!, freed));
    }
  }
  return sentAt;
}

/** How long each phase took the jobs that had it, ms. `tasksPerThread`: that a pool keeps at each of its threads. */
export function summarisePhases(
  jobs: JobTable,
  trace: TraceTable,
  tasksPerThread: number,
): TraceRecord['phases'] {
  const sentAt = handedOver(jobs, trace, tasksPerThread);
  return PHASES.map((phase) => {
    const times: number[] = [];
    let totalMs = 0;
    for (let position = 0; position < jobs.rows; position++) {
      const ms = phaseNs(phase, position, jobs, trace, sentAt) / NS_PER_MS;
      if (ms <= 0) continue;
      times.push(ms);
      totalMs += ms;
    }
    const sorted = sortNumbers(times);
    return {
      phase,
      jobs: times.length,
      totalMs,
      p50: quantile(sorted, 0.5),
      p90: quantile(sorted, 0.9),
      max: quantile(sorted, 1),
    };
  });
}

/** Mean of each phase over the jobs of each group, ms; a job without the phase counts as 0, so that phases add up. */
export function meanPhases(
  jobs: JobTable,
  trace: TraceTable,
  tasksPerThread: number,
  groupOf: (position: number) => number,
  groups: number,
): Record<PhaseName, number>[] {
  const sentAt = handedOver(jobs, trace, tasksPerThread);
  const counts = new Uint32Array(groups);
  const sums = PHASES.map(() => new Float64Array(groups));
  for (let position = 0; position < jobs.rows; position++) {
    const group = groupOf(position);
    counts[group]!++;
    for (const [index, phase] of PHASES.entries()) {
      const ms = phaseNs(phase, position, jobs, trace, sentAt) / NS_PER_MS;
      if (ms > 0) sums[index]![group]! += ms;
    }
  }
  return Array.from(
    { length: groups },
    (_, group) =>
      Object.fromEntries(
        PHASES.map((phase, index) => [phase, sums[index]![group]! / Math.max(1, counts[group]!)]),
      ) as Record<PhaseName, number>,
  );
}

/** Waiting for a thread that runs the CPU part of the job, and for what it says, ns; 0 if the job's own thread does. */
function computingElsewhere(
  { handedAt, receivedAt, answeredAt, heardAt }: TraceColumns,
  row: number,
): number {
  const handed = handedAt[row]!;
  return handed === 0 ? 0 : receivedAt[row]! - handed + (heardAt[row]! - answeredAt[row]!);
}

/** One phase of one job, ns; 0 if it did not have it. */
function phaseNs(
  phase: PhaseName,
  position: number,
  { start }: JobTable,
  { columns }: TraceTable,
  sentAt: Float64Array,
): number {
  if (phase !== 'queue') return columns[phase][position]!;
  const sent = sentAt[position]!;
  const betweenThreads = sent === 0 ? computingElsewhere(columns, position) : start[position]! - sent;
  return betweenThreads + columns.clientQueue[position]!;
}
