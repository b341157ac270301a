import { availableCpusText } from '../../core/available-cpus.ts';
import type { Crossover, Environment, RunRecord } from '../../core/documents/run-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import { formatCount, formatMs } from '../../core/format.ts';
import { BOTTLENECK_KIND_NAMES } from '../../core/labels.ts';
import { usesWorkers } from '../../core/variants.ts';
import { isMeasured, type Measured } from './measured.ts';
import { poolAdviceText } from './native-threads.ts';
import { pairOf } from './pairs.ts';
import { present, roughMs } from './wording.ts';

/** What would have to change for the jobs to take less time, or for another variant to win; none: unknown. */
export function changeText(record: RunRecord, chosen: Measured, bottleneck: Verdict['bottleneck']): string[] {
  const pool = present(poolAdviceText(record, chosen));
  const threads = threadsText(record, chosen);
  switch (bottleneck?.kind) {
    case 'waiting':
      return [...threads, ...pool, ...concurrencyText(record, chosen)];
    case 'cpu':
      return [...threads, ...(pool.length > 0 ? pool : moreThreadsText(record, chosen))];
    case 'mixed':
      return [...threads, ...pool];
    case 'server':
      return ['No other variant helps: the server sets the pace, and more requests only wait longer.'];
    case 'coordinator':
    case 'queueServer':
      return ['More workers do not help: put more work into each job, or use several queues.'];
    case 'rate-limit':
      return ['Only a higher --rate-limit makes it faster, if the server allows it.'];
    case undefined:
      return pool;
  }
}

/** Why there is no estimate of the CPU from which worker threads win. */
const WITHHELD: Readonly<Record<NonNullable<Crossover['withheld']>, (environment: Environment) => string>> = {
  'one-cpu': (environment) =>
    `this run had ${availableCpusText(environment)}, and threads need more than one.`,
  'one-worker': () => '--workers 1 gives the worker pools one thread.',
  'cpu-taken': () => 'other programs left fewer than 1.5 CPUs free.',
  'jobs-in-step': () => 'all jobs take about as long, so their responses arrive together.',
};

function isPool({ name }: Measured): boolean {
  return usesWorkers(name);
}

/** The run's estimate, as far as `chosen` does not contradict it. */
export function crossoverOf(record: RunRecord, chosen: Measured): Verdict['crossover'] {
  if (record.crossover === null) return null;
  const { nowMs, atMs, withheld } = record.crossover;
  const agrees = isPool(chosen)
    ? pairOf(record, chosen.name, 'event-loop')?.verdict === 'faster' && nowMs > atMs
    : nowMs < atMs;
  const why = agrees ? withheld : 'contradicted';
  return { nowMs, atMs: why === null ? atMs : null, withheld: why };
}

function threadsText(record: RunRecord, chosen: Measured): string[] {
  const crossover = crossoverOf(record, chosen);
  if (crossover === null || crossover.withheld === 'contradicted') return [];
  const { nowMs, atMs, withheld } = crossover;
  if (withheld !== null) {
    return [`No estimate of when worker threads win: ${WITHHELD[withheld](record.environment)}`];
  }
  const from = `about ${roughMs(atMs!)} of CPU per job (now ${roughMs(nowMs)})`;
  return isPool(chosen)
    ? [`One event loop should do as well below ${from}.`]
    : [`Worker threads should win above ${from}.`];
}

function moreThreadsText(record: RunRecord, chosen: Measured): string[] {
  const { availableCpus } = record.environment;
  const cpus = availableCpusText(record.environment);
  if (!isPool(chosen)) {
    const pools = record.variants.filter(isMeasured).filter(isPool);
    return pools.length === 0
      ? ['One thread does all the work: run the worker-pool variants to see the effect of more threads.']
      : noCpuLeftText(record, chosen, pools);
  }
  if (chosen.threads < Math.floor(availableCpus)) {
    return [`More threads should help: it has ${formatCount(chosen.threads)} on ${cpus} (--workers).`];
  }
  return [`All CPU time of ${cpus} is in use: only less CPU per job, or more CPUs, make it faster.`];
}

/** Why threads did not help, where that was found and the reason is that their CPUs were taken. */
function noCpuLeftText(record: RunRecord, chosen: Measured, pools: readonly Measured[]): string[] {
  const { server, environment } = record;
  const noHelp = pools.every(({ name, trace }) => {
    const verdict = pairOf(record, name, chosen.name)?.verdict;
    return trace?.bottleneck?.causes[0] === 'cpu' && (verdict === 'no-difference' || verdict === 'slower');
  });
  if (!noHelp) return [];
  const shared = server.kind === 'embedded' ? ', which the server uses as well' : '';
  return [
    `Worker threads do not help: CPU is their bottleneck too, on ${availableCpusText(environment)}${shared}.`,
  ];
}

/** More overlap shortens waits, until something else is the bottleneck. */
function concurrencyText(record: RunRecord, chosen: Measured): string[] {
  const { jobs, load } = record.spec;
  if (load.kind === 'open') return [];
  const { concurrency } = chosen;
  if (concurrency >= jobs) {
    return jobs === 1
      ? []
      : [`All ${formatCount(jobs)} jobs already run concurrently: only shorter waits make it faster.`];
  }
  if (concurrency === 1) {
    // Where event-loop ran as well, it was not found faster, or it would have been chosen.
    return record.variants.some(({ name }) => name === 'event-loop')
      ? []
      : ['Overlapping the jobs would shorten it: event-loop does.'];
  }
  const bottleneck = chosen.trace?.bottleneck ?? null;
  if (bottleneck === null) return ['More concurrency may help.'];
  const { waitingMs, waitingOf, cpuMs, serverMs, coordinatorMs = 0, queueServerMs = 0 } = bottleneck;
  if (waitingOf === 'longest-job') {
    return [`More concurrency can approach ${formatMs(waitingMs)}, the longest job, but not beat it.`];
  }
  const others = {
    cpu: cpuMs,
    server: serverMs ?? 0,
    queueServer: queueServerMs,
    coordinator: coordinatorMs,
  };
  const next = Math.max(...Object.values(others));
  const nextOf = (['cpu', 'server', 'queueServer', 'coordinator'] as const).find(
    (of) => others[of] === next,
  )!;
  const until = next > 0 ? Math.round((concurrency * waitingMs) / next) : jobs;
  const far =
    until >= jobs
      ? 'until the longest job alone sets the time'
      : `until ${BOTTLENECK_KIND_NAMES[nextOf]} is the bottleneck, at about ${formatCount(Number(until.toPrecision(2)))}`;
  return [`More concurrency should help ${far}.`];
}
