import type { RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import { formatBytes, formatFactor, formatMs, formatShare, listed } from '../../core/format.ts';
import { comparable, trialCpuMs, trialMedian } from '../comparable.ts';
import { ceilingOf } from '../sweep/capacity.ts';
import { ceilingText } from './sweep/capacity.ts';

type QueueCosts = NonNullable<Verdict['queue']>;

/** Null for a run without a trial on a queue that counts. */
export function queueOf({ variants, spec }: RunRecord): QueueCosts | null {
  const variant = variants.find(({ trials }) => trials.some((trial) => comparable(trial) && trial.queue));
  if (variant === undefined) return null;
  const { jobs } = spec;
  const of = (figure: (trial: TrialRecord, queue: NonNullable<TrialRecord['queue']>) => number | null) =>
    trialMedian(variant, (trial) => (trial.queue === undefined ? null : figure(trial, trial.queue)));
  const server = of((_, queue) => queue.serverCpuMs);
  const coordinator = of((_, queue) => queue.coordinatorCpuMs)!;
  const workers = of((_, queue) => workersCpuMs(queue));
  const bytes = of((_, { bytesIn, bytesOut }) =>
    bytesIn === null || bytesOut === null ? null : bytesIn + bytesOut,
  );
  const share = (of_: ReturnType<typeof of>) => (of_ === null ? null : of_.estimate);
  const perJob = (of_: ReturnType<typeof of>) => (of_ === null ? null : of_.estimate / jobs);
  const pool = variants.find(({ name }) => name === 'worker-pool');
  const poolMs = pool === undefined ? null : trialMedian(pool, trialCpuMs);
  const parts = [workers, coordinator, server].map(share);
  const queueMs = parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null;
  return {
    variant: variant.name,
    cpuMsPerJob: {
      workers: perJob(workers),
      coordinator: coordinator.estimate / jobs,
      server: perJob(server),
    },
    bytesPerJob: perJob(bytes),
    busy: {
      workers: share(
        of(({ threads, wallMs }) => {
          const ran = threads.filter(({ thread }) => thread > 0);
          const ms = ran.reduce((sum, { cpu, eventLoop }) => sum + (cpu?.cpuMs ?? eventLoop.activeMs), 0);
          return ms / (wallMs! * Math.max(1, ran.length));
        }),
      )!,
      coordinator: share(of(({ wallMs }, queue) => queue.coordinatorCpuMs / wallMs!))!,
      server: share(of(({ wallMs }, { serverCpuMs }) => serverCpuMs && serverCpuMs / wallMs!)),
    },
    ceilings: {
      server: server && ceilingOf(server, jobs),
      coordinator: ceilingOf(coordinator, jobs),
    },
    machines:
      queueMs === null || poolMs === null || !(poolMs.estimate > 0) ? null : queueMs / poolMs.estimate,
  };
}

function workersCpuMs({ workers }: NonNullable<TrialRecord['queue']>): number | null {
  const known = workers.flatMap(({ cpuMs }) => cpuMs ?? []);
  return known.length < workers.length ? null : known.reduce((sum, ms) => sum + ms, 0);
}

export function queueText(record: RunRecord, costs: QueueCosts | null): string[] {
  if (costs === null) return [];
  const { variant, cpuMsPerJob, bytesPerJob, busy, ceilings, machines } = costs;
  const { workers, coordinator, server } = cpuMsPerJob;
  const cpu = [
    ...(workers === null ? [] : [`workers ${formatMs(workers)}`]),
    `coordinator ${formatMs(coordinator)}`,
    ...(server === null ? [] : [`queue server ${formatMs(server)}`]),
  ];
  const shares = [
    `workers ${formatShare(busy.workers)}`,
    `coordinator ${formatShare(busy.coordinator)}`,
    ...(busy.server === null ? [] : [`queue server ${formatShare(busy.server)}`]),
  ];
  const bytes = bytesPerJob === null ? '' : `, and ${formatBytes(bytesPerJob)} through the queue`;
  return [
    `CPU per job of ${variant}: ${listed(cpu)}${bytes}.`,
    `Busy in a typical trial: ${listed(shares)}.`,
    ...latencyText(record, variant),
    ...(ceilings.server === null
      ? []
      : [`At this CPU per job, one queue server can carry about ${ceilingText(ceilings.server)}.`]),
    ...(machines === null || machines <= 1
      ? []
      : [
          `A job takes ${formatFactor(machines)} the CPU of worker-pool: where CPU is the limit, a queue on fewer than ${Math.ceil(machines)} such machines is slower than worker-pool on one.`,
        ]),
  ];
}

function latencyText({ variants }: RunRecord, name: QueueCosts['variant']): string[] {
  const parts = variants.find((variant) => variant.name === name)?.trace?.queue;
  if (parts === undefined) return [];
  const p50 = (part: (typeof parts)[number]['part']) => parts.find((each) => each.part === part)?.p50 ?? 0;
  const network = p50('network') > 0 ? `network ${formatMs(p50('network'))}, ` : '';
  return [
    `A typical job waits ${formatMs(p50('backlog'))} for a free slot and ${formatMs(p50('handOver'))} to start; ${network}run ${formatMs(p50('run'))}, return ${formatMs(p50('return'))}.`,
  ];
}
