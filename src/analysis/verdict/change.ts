import { availableCpusText } from '../../core/available-cpus.ts';
import type { Crossover, Environment, RunRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatMs } from '../../core/format.ts';
import { usesWorkers } from '../../core/variants.ts';
import type { Binding } from './binding.ts';
import { isMeasured, type Measured } from './measured.ts';
import { poolAdviceText } from './native-threads.ts';
import { pairOf } from './pairs.ts';
import { present } from './wording.ts';

/** What would have to change for the plan to take less time, or for another variant to win; none: unknown. */
export function changeText(record: RunRecord, chosen: Measured, binding: Binding | null): string[] {
  const pool = present(poolAdviceText(record, chosen));
  switch (binding) {
    case 'waits':
      return [...threadsText(record, chosen), ...pool, ...moreInFlightText(record, chosen)];
    case 'cpu':
      return [...threadsText(record, chosen), ...(pool.length > 0 ? pool : moreThreadsText(record, chosen))];
    case 'mixed':
      return [...threadsText(record, chosen), ...pool];
    case 'server':
      return [
        'No other variant helps until the server answers more: it sets the pace, and whoever asks faster waits longer.',
      ];
    case 'rate':
      return ['Only a higher --rate-limit makes it faster, if the server allows it.'];
    case null:
      return pool;
  }
}

/** Why nothing is said about the CPU from which threads pay. */
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

/** Threads or one event loop: from how much CPU on. Silent where the run itself contradicts the model. */
function threadsText(record: RunRecord, chosen: Measured): string[] {
  const { crossover, environment } = record;
  if (crossover === null) return [];
  const { nowMs, atMs, withheld } = crossover;
  const pooled = isPool(chosen);
  const agrees = pooled
    ? pairOf(record, chosen.name, 'event-loop')?.verdict === 'faster' && nowMs > atMs
    : nowMs < atMs;
  if (!agrees) return [];
  if (withheld !== null) {
    return [`No estimate of when threads pay: ${WITHHELD[withheld](environment)}`];
  }
  const about = `about ${roughMs(atMs)} of CPU for each job`;
  const now = `${roughMs(nowMs)} now`;
  return pooled
    ? [`event-loop would do as well below ${about} (${now}): then one thread is enough.`]
    : [`Threads would begin to pay from ${about} on (${now}).`];
}

/** An estimate has two digits. */
function roughMs(ms: number): string {
  return `${Number(ms.toPrecision(2))} ms`;
}

function moreThreadsText(record: RunRecord, chosen: Measured): string[] {
  const { availableCpus } = record.environment;
  if (!isPool(chosen)) {
    const pools = record.variants.filter(isMeasured).filter(isPool);
    return pools.length === 0
      ? ['One thread does all of it: the worker-pool variants would show what more threads give.']
      : noCpuLeftText(record, chosen, pools);
  }
  if (chosen.threads < Math.floor(availableCpus)) {
    return [
      `More threads would help, as long as there are CPUs: it has ${formatCount(chosen.threads)} on ${availableCpusText(record.environment)} (--workers).`,
    ];
  }
  return [
    `All CPU time is in use, on ${availableCpusText(record.environment)}: only less CPU for each job, or more CPUs, make it faster.`,
  ];
}

/** Why threads did not help, where that was found and the reason is that their CPUs were taken. */
function noCpuLeftText(record: RunRecord, chosen: Measured, pools: readonly Measured[]): string[] {
  const { server, environment } = record;
  const noHelp = pools.every(({ name, trace }) => {
    const verdict = pairOf(record, name, chosen.name)?.verdict;
    return trace?.limit?.binds === 'cpu' && (verdict === 'no-difference' || verdict === 'slower');
  });
  if (!noHelp) return [];
  const shared = server.kind === 'embedded' ? ', which the server uses as well' : '';
  return [`Threads did not help: CPU binds them too, on ${availableCpusText(environment)}${shared}.`];
}

/** More overlap shortens waits, until something else binds. */
function moreInFlightText(record: RunRecord, chosen: Measured): string[] {
  const { jobs, load } = record.spec;
  if (load.kind === 'open') return [];
  const { concurrency } = chosen;
  if (concurrency >= jobs) {
    return jobs === 1
      ? []
      : [`All ${formatCount(jobs)} jobs are in flight at once: only shorter waits make it faster.`];
  }
  if (concurrency === 1) {
    // Where event-loop ran as well, it was not found faster, or it would have been chosen.
    return record.variants.some(({ name }) => name === 'event-loop')
      ? []
      : ['Overlapping the jobs would shorten it: event-loop does.'];
  }
  const sizes = [1, 2, 4].map((factor) => Math.min(jobs, factor * concurrency));
  const sweep = `\`threadmill sweep --concurrency ${[...new Set(sizes)].join(',')}\` measures it.`;
  const limit = chosen.trace?.limit ?? null;
  if (limit === null) return [`More in flight may help; ${sweep}`];
  if (limit.waitsOf === 'longest-job') {
    return [
      `More in flight may come nearer to the ${formatMs(limit.waitsMs)} of the longest job, and no further; ${sweep}`,
    ];
  }
  const next = Math.max(limit.cpuMs, limit.serverMs ?? 0);
  const until = next > 0 ? Math.round((concurrency * limit.waitsMs) / next) : jobs;
  const binds = limit.cpuMs === next ? 'CPU' : 'the server';
  const far =
    until >= jobs
      ? 'until the longest job alone sets the time'
      : `until ${binds} binds, at about ${formatCount(Number(until.toPrecision(2)))}`;
  return [`More in flight should help ${far}; ${sweep}`];
}
