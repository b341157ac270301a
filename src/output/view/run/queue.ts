import { cleanText } from '../../../core/clean-text.ts';
import type { RunRecord, TraceRecord, TrialRecord } from '../../../core/documents/run-record.ts';
import type { Verdict } from '../../../core/documents/verdict.ts';

/** A worker process over all timed trials. */
export interface QueueWorkerRow {
  readonly host: string;
  readonly pid: number;
  readonly trials: number;
  readonly jobs: number;
  readonly cpuMs: number | null;
  readonly cpuMsPerJob: number | null;
  readonly clockErrorMs: number;
  /** Lost in one of them. */
  readonly isLost: boolean;
}

export interface QueueView {
  readonly costs: NonNullable<Verdict['queue']>;
  /** Of a traced trial. */
  readonly latency: NonNullable<TraceRecord['queue']>;
  readonly workers: readonly QueueWorkerRow[];
  readonly reRuns: number;
  readonly duplicates: number;
  readonly lostRows: number;
}

/** Null for a run without a trial on a queue that counts. */
export function queueView(record: RunRecord, { queue: costs }: Pick<Verdict, 'queue'>): QueueView | null {
  const variant = record.variants.find(({ name }) => name === costs?.variant);
  if (costs === undefined || variant === undefined) return null;
  const { trials, trace } = variant;
  const sum = (of: 'reRuns' | 'duplicates' | 'lostRows') =>
    trials.reduce((total, { queue }) => total + (queue?.[of] ?? 0), 0);
  return {
    costs,
    latency: trace?.queue ?? [],
    workers: workerRows(trials),
    reRuns: sum('reRuns'),
    duplicates: sum('duplicates'),
    lostRows: sum('lostRows'),
  };
}

/** By host and process; a worker that was replaced has a row of its own. */
function workerRows(trials: readonly TrialRecord[]): QueueWorkerRow[] {
  const rows = new Map<string, QueueWorkerRow>();
  for (const trial of trials) {
    for (const { host, pid, jobs, cpuMs, clockErrorMs } of trial.queue?.workers ?? []) {
      const name = cleanText(host, 60);
      const key = JSON.stringify([name, pid]);
      const before = rows.get(key);
      const [allJobs, allCpu] = [
        (before?.jobs ?? 0) + jobs,
        cpuMs === null || before?.cpuMs === null ? null : (before?.cpuMs ?? 0) + cpuMs,
      ];
      rows.set(key, {
        ...{ host: name, pid, jobs: allJobs, cpuMs: allCpu },
        trials: (before?.trials ?? 0) + 1,
        cpuMsPerJob: allCpu === null || allJobs === 0 ? null : allCpu / allJobs,
        clockErrorMs: Math.max(before?.clockErrorMs ?? 0, clockErrorMs),
        isLost: before?.isLost === true || cpuMs === null,
      });
    }
  }
  return [...rows.values()].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.pid - b.pid));
}
