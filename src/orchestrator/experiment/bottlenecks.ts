import {
  type BottleneckInput,
  bottleneckOf,
  type CpuSupply,
  type JobLoad,
  minWallMs,
  type QueueLoad,
} from '../../analysis/breakdown/bottleneck.ts';
import { crossoverOf } from '../../analysis/breakdown/crossover.ts';
import { serverRate } from '../../analysis/breakdown/server-rate.ts';
import { waitWithin } from '../../analysis/breakdown/thread-figures.ts';
import { comparable } from '../../analysis/comparable.ts';
import { takenShare } from '../../analysis/warnings/machine.ts';
import { allowedCpus } from '../../core/available-cpus.ts';
import type { RunRecord, ThreadSpan, TrialRecord, VariantRecord } from '../../core/documents/run-record.ts';
import { median, quantile, sortNumbers } from '../../core/statistics/quantile.ts';
import { NS_PER_MS } from '../../core/units.ts';
import { VARIANT_FACTS } from '../../core/variants.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import { readRows } from '../../store/job-rows.ts';
import { readTracedRows, type TracedRows, tracedFile } from '../../store/traced-rows.ts';
import type { Session } from './session.ts';

/** Fills in `bottleneck` of traced variants, and `crossover`; none where the schedule sets the wall. */
export function fillBottlenecks({ record, folder }: Pick<Session, 'record' | 'folder'>): void {
  const { load, jobs } = record.spec;
  if (load.kind === 'open' || load.rateLimit !== null) return;
  const reference = referenceOf(record.variants);
  if (reference === null) return;
  const rows = readTracedRows({ file: folder.path(tracedFile(reference.name, 'bin')), trial: 0 }, jobs);
  if (rows === null) return;
  const loads =
    reference.concurrency === 1 ? timedLoads(reference, folder, jobs) : [tracedLoad(rows, reference)];
  const requests = rows.trace.columns.requests.reduce((sum, count) => sum + count, 0);
  const requestsPerSecond = serverRate(record);
  const cpus: CpuSupply = { allowed: allowedCpus(record.environment), quota: record.environment.cpuQuota };
  for (const variant of record.variants) {
    if (variant.trace === null || variant.summary === null) continue;
    const found = bottleneckOf({
      loads,
      concurrency: variant.concurrency,
      ...cpuOf(variant),
      queue: queueLoadOf(variant, record.spec.queueWorkers),
      cpus,
      // A workload whose requests nobody has seen makes one for each job, if it makes any.
      requests: requests === 0 ? jobs : requests,
      requestsPerSecond,
      wallMs: variant.summary.wallMs.estimate,
    });
    variant.trace.bottleneck = found === null ? null : { ...found, reference: reference.name };
  }
  // With several jobs in flight, a job's own waiting is a lower bound only.
  if (reference.concurrency === 1) record.crossover = crossover(record, loads, cpus);
}

/** Null without a traced pass of event-loop. */
function crossover(record: RunRecord, loads: readonly JobLoad[], cpus: CpuSupply): RunRecord['crossover'] {
  const { spec, environment } = record;
  const loop = record.variants.find(({ name }) => name === 'event-loop');
  const bottleneck = loop?.trace?.bottleneck;
  if (loop === undefined || bottleneck == null) return null;
  const { cpuMs, machineCpuMs, libuv } = cpuOf(loop);
  if (cpuMs === null) return null;
  return crossoverOf({
    loads,
    jobs: spec.jobs,
    concurrency: loop.concurrency,
    cpuMs,
    elsewhereCpuMs: Math.max(0, (machineCpuMs ?? 0) - cpuMs),
    serverMs: bottleneck.serverMs ?? 0,
    libuvMs: libuv === null ? 0 : minWallMs(libuv.cpuMs, Math.max(1, libuv.threads), cpus),
    workers: spec.workers,
    availableCpus: environment.availableCpus,
    takenCpus: takenShare(record) * cpus.allowed,
  });
}

/** Jobs are in each other's way least where the fewest are in flight. */
function referenceOf(variants: readonly VariantRecord[]): VariantRecord | null {
  return variants.reduce<VariantRecord | null>((fewest, variant) => {
    if (variant.trace === null) return fewest;
    return fewest === null || variant.concurrency < fewest.concurrency ? variant : fewest;
  }, null);
}

/** One job at a time: its time holds only itself and waiting for a CPU, which is shared out by duration. */
function timedLoads({ name, trials }: VariantRecord, folder: Session['folder'], jobs: number): JobLoad[] {
  const onWorkers = VARIANT_FACTS[name].jobsOn === 'workers';
  return trials.flatMap((trial, number) => {
    const rows = comparable(trial)
      ? readRows({ file: folder.path('jobs', `${name}.bin`), trial: number, rows: jobs })
      : null;
    if (rows === null) return [];
    const { cpu = null } = trial.threads.find(({ thread }) => thread > 0 === onWorkers) ?? {};
    const own = cpu === null ? 1 : 1 - shareOf(waitWithin(cpu, trial.wallMs!), trial.wallMs!);
    const lasted = (position: number) => own * (rows.end[position]! - rows.start[position]!);
    const load = loadOf(rows, lasted);
    return [{ ...load, waitingMs: Math.max(0, load.totalMs - jobThreadsCpu(trial)) }];
  });
}

/** With several in flight: certain waiting plus its own computing is the least that a job takes by itself. */
function tracedLoad({ jobs, trace }: TracedRows, { trace: traced }: VariantRecord): JobLoad {
  const { loopIdle, process, computed, handedAt, heardAt } = trace.columns;
  const cpuWait = new Map(
    traced!.threads.map(({ thread, breakdown }) => [thread, shareOf(breakdown.cpuWait, traced!.wallMs)]),
  );
  const waited = (position: number) => {
    // While its CPU part is in another thread, what it waits for may be that of other jobs.
    const elsewhere =
      heardAt[position] === 0 || handedAt[position] === 0 ? 0 : heardAt[position]! - handedAt[position]!;
    const lasted = jobs.end[position]! - jobs.start[position]! - elsewhere;
    const queued = lasted * (cpuWait.get(jobs.thread[position]!) ?? 0);
    const computedHere = process[position]! - computed[position]!;
    return Math.max(0, Math.min(lasted - computedHere, loopIdle[position]! - elsewhere) - queued);
  };
  return {
    ...loadOf(jobs, (position) => waited(position) + process[position]!),
    waitingMs: loadOf(jobs, waited).totalMs,
  };
}

function loadOf({ rows }: JobTable, lastedNs: (position: number) => number): Omit<JobLoad, 'waitingMs'> {
  const times = Float64Array.from({ length: rows }, (_, position) => lastedNs(position));
  const sorted = sortNumbers(times);
  const at = (share: number) => quantile(sorted, share) ?? 0;
  return {
    totalMs: times.reduce((sum, ns) => sum + ns, 0) / NS_PER_MS,
    longestMs: at(1) / NS_PER_MS,
    spread: at(0.5) > 0 ? (at(0.75) - at(0.25)) / at(0.5) : 0,
  };
}

/** On a crowded machine a thread may seem to wait for longer than there was time. */
function shareOf(partMs: number, wholeMs: number): number {
  return wholeMs > 0 ? Math.min(1, partMs / wholeMs) : 0;
}

/** Of a typical timed trial, ms. */
function cpuOf({
  name,
  threads,
  trials,
  summary,
}: VariantRecord): Pick<BottleneckInput, 'cpuMs' | 'threads' | 'machineCpuMs' | 'libuv'> {
  const usable = trials.filter(comparable);
  const workers = { cpuMs: median(usable.map(jobThreadsCpu)), threads };
  const main = { cpuMs: median(usable.map(mainThreadCpu)), threads: 1 };
  // Where the main thread runs the jobs, and others their CPU part, either can be what takes longest.
  const mainIsBottleneck =
    VARIANT_FACTS[name].jobsOn === 'main' && (main.cpuMs ?? 0) > (workers.cpuMs ?? 0) / threads;
  return {
    ...(mainIsBottleneck ? main : workers),
    machineCpuMs: median(usable.flatMap((trial) => processCpu(trial) ?? [])),
    libuv: summary?.nativeThreads?.libuv ?? null,
  };
}

/** Of a typical timed trial; null without a queue. */
function queueLoadOf({ trials, threads }: VariantRecord, queueWorkers: string | undefined): QueueLoad | null {
  const spans = trials.filter(comparable).flatMap((trial) => {
    const { queue } = trial;
    if (queue === undefined) return [];
    const processesMs = queue.workers.flatMap(({ cpuMs }) => cpuMs ?? []);
    const isKnown = processesMs.length === queue.workers.length;
    return [
      {
        coordinatorMs: mainThreadCpu(trial),
        serverMs: queue.serverCpuMs,
        clientsMs: isKnown
          ? Math.max(0, processesMs.reduce((sum, ms) => sum + ms, 0) - jobThreadsCpu(trial))
          : null,
        workers: queue.workers.length,
      },
    ];
  });
  const coordinatorMs = median(spans.map((span) => span.coordinatorMs));
  if (coordinatorMs === null) return null;
  return {
    coordinatorMs,
    serverMs: median(spans.flatMap(({ serverMs }) => serverMs ?? [])),
    clientsMs: median(spans.flatMap(({ clientsMs }) => clientsMs ?? [])),
    workers: median(spans.map(({ workers }) => workers)) ?? threads,
    isElsewhere: queueWorkers?.startsWith('external:') === true,
  };
}

function jobThreadsCpu({ threads }: TrialRecord): number {
  const runsJobs = threads.length === 1 ? threads : threads.filter(({ thread }) => thread > 0);
  return runsJobs.reduce((sum, span) => sum + cpuOfThread(span), 0);
}

function mainThreadCpu({ threads }: TrialRecord): number {
  const main = threads.find(({ thread }) => thread === 0);
  return main === undefined ? 0 : cpuOfThread(main);
}

function cpuOfThread({ cpu, eventLoop }: ThreadSpan): number {
  return cpu?.cpuMs ?? eventLoop.activeMs;
}

/** The runner with all its threads, and the embedded server: what this machine computed for the trial. */
function processCpu({ cpuUserMs, cpuSystemMs, server }: TrialRecord): number | null {
  if (cpuUserMs === null || cpuSystemMs === null) return null;
  return cpuUserMs + cpuSystemMs + (server?.cpuMs ?? 0);
}
