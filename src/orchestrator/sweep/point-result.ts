import { comparable } from '../../analysis/comparable.ts';
import { steadyThroughput } from '../../analysis/sweep/steady-throughput.ts';
import type { QueueSpan, RunRecord, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import type { PointResult, PointVariant } from '../../core/documents/sweep-record.ts';
import { failedCount } from '../../core/outcomes.ts';
import { medianInterval } from '../../core/statistics/median-interval.ts';
import { median, sortNumbers } from '../../core/statistics/quantile.ts';
import { readRows } from '../../store/job-rows.ts';
import type { RunFolder } from '../../store/run-folder.ts';

/** What a sweep keeps of a point's run, from its record and the rows of its jobs. */
export function pointResult(
  record: RunRecord,
  folder: RunFolder,
  place: Pick<PointResult, 'session' | 'path'>,
): PointResult {
  const ended = record.finishedAt ?? record.createdAt;
  return {
    runId: record.id,
    ...place,
    measuredAt: ended,
    durationMs: Math.max(0, Date.parse(ended) - Date.parse(record.createdAt)),
    jobs: record.spec.jobs,
    rounds: record.rounds.completed,
    endedBy: record.rounds.endedBy,
    variants: record.variants.map((variant) => pointVariant(variant, record.spec.jobs, folder)),
    comparisons: record.comparisons,
    mismatches: record.equivalence.mismatches,
    warnings: record.warnings.map(({ code, variant }) => ({ code, variant })),
  };
}

function pointVariant(variant: VariantRecord, jobs: number, folder: RunFolder): PointVariant {
  const { name, threads, concurrency, trials, summary } = variant;
  const file = folder.path('jobs', `${name}.bin`);
  const throughputs = trials.flatMap((trial, index) => {
    if (!comparable(trial)) return [];
    const table = readRows({ file, trial: index, rows: jobs });
    return (table && steadyThroughput(table.start, concurrency, trial.wallMs!)) ?? [];
  });
  const throughput = medianInterval(sortNumbers(throughputs));
  return {
    name,
    threads,
    concurrency,
    trials: summary?.trials ?? 0,
    failedJobs: trials.reduce((sum, trial) => sum + failedCount(trial.outcomes), 0),
    throughput: throughput && { ...throughput },
    wallMs: summary?.wallMs ?? null,
    cpuMsPerJob: cpuOf(trials.filter(comparable), jobs),
    serverBusy: median(
      trials.flatMap(({ server }) => (server === null ? [] : [server.eventLoopUtilization])),
    ),
    ...queueOf(trials.filter(comparable), jobs),
  };
}

function queueOf(trials: readonly TrialRecord[], jobs: number): Pick<PointVariant, 'queue'> {
  const perJob = (of: (queue: QueueSpan) => number | null) =>
    medianInterval(
      sortNumbers(
        trials.flatMap(({ queue }) => {
          const figure = queue === undefined ? null : of(queue);
          return figure === null ? [] : [figure / jobs];
        }),
      ),
    );
  const coordinator = perJob(({ coordinatorCpuMs }) => coordinatorCpuMs);
  if (coordinator === null) return {};
  const bytes = perJob(({ bytesIn, bytesOut }) =>
    bytesIn === null || bytesOut === null ? null : bytesIn + bytesOut,
  );
  return {
    queue: {
      serverCpuMsPerJob: perJob(({ serverCpuMs }) => serverCpuMs),
      coordinatorCpuMsPerJob: coordinator,
      bytesPerJob: bytes?.estimate ?? null,
    },
  };
}

function cpuOf(trials: readonly TrialRecord[], jobs: number): PointVariant['cpuMsPerJob'] {
  const perJob = (of: (trial: TrialRecord) => number | null) => {
    const ms = median(trials.flatMap((trial) => of(trial) ?? []));
    return ms === null ? null : ms / jobs;
  };
  const cpuMs = (threads: TrialRecord['threads']) =>
    threads.every(({ cpu }) => cpu !== null) ? threads.reduce((sum, { cpu }) => sum + cpu!.cpuMs, 0) : null;
  const main = perJob(({ threads }) => cpuMs(threads.filter(({ thread }) => thread === 0)));
  const workers = perJob(({ threads }) => cpuMs(threads.filter(({ thread }) => thread > 0)));
  const elsewhere = perJob(({ nativeThreads, server }) => (nativeThreads?.cpuMs ?? 0) + (server?.cpuMs ?? 0));
  return main === null || workers === null || elsewhere === null ? null : { main, workers, elsewhere };
}
