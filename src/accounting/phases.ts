import type { JobTable } from '../measurement/job-table.ts';
import type { TraceTable } from '../measurement/trace-table.ts';
import { quantile, sortNumbers } from '../statistics/quantile.ts';
import { PHASES, type PhaseName, type TraceRecord } from '../types/run-record.ts';

const NS_PER_MS = 1e6;

/** How long each phase took the jobs that had it, ms. */
export function summarisePhases(jobs: JobTable, trace: TraceTable): TraceRecord['phases'] {
  return PHASES.map((phase) => {
    const times: number[] = [];
    let totalMs = 0;
    for (let position = 0; position < jobs.rows; position++) {
      const ms = phaseNs(phase, position, jobs, trace) / NS_PER_MS;
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

/** One phase of one job, ns; 0 if it did not have it. */
export function phaseNs(phase: PhaseName, position: number, { start }: JobTable, trace: TraceTable): number {
  const { columns } = trace;
  if (phase !== 'queue') return columns[phase][position]!;
  const queuedAt = columns.queuedAt[position]!;
  const handedOver = queuedAt === 0 ? 0 : Math.max(0, start[position]! - queuedAt);
  return handedOver + columns.clientQueue[position]!;
}
