import type { RunRecord } from '../../types/run-record.ts';
import { formatCount, formatPlural } from '../format.ts';
import type { Binding } from './binding.ts';
import { isMeasured, type Measured } from './measured.ts';
import { pairOf } from './pairs.ts';
import { sentence } from './wording.ts';

/** CPU of one job: as it is, and from which on threads pay, ms. */
export interface Crossover {
  readonly nowMs: number;
  readonly atMs: number;
}

/**
 * The asymptotic bounds of a closed system (Denning & Buzen, "The Operational Analysis of Queueing Network
 * Models", Computing Surveys 10, 1978; Lazowska and others, "Quantitative System Performance", 1984, ch. 5):
 * a plan takes at least as long as its waits at this concurrency, and at least as long as its CPU on as many
 * threads as share it. One event loop has one thread, so threads begin to pay where the CPU of all jobs takes
 * longer than the waits. An estimate: near that point the two queue up behind each other, and messages between
 * threads cost CPU of their own.
 *
 * Null without a traced pass of event-loop.
 */
export function crossoverOf({ variants, spec }: RunRecord): Crossover | null {
  const limit = variants.find(({ name }) => name === 'event-loop')?.trace?.limit;
  if (limit == null) return null;
  return { nowMs: limit.cpuMs / spec.jobs, atMs: limit.waitsMs / spec.jobs };
}

/** What would have to change for the plan to take less time, or for another variant to win; null: unknown. */
export function changeText(record: RunRecord, chosen: Measured, binding: Binding | null): string[] {
  switch (binding) {
    case 'waits':
      return [...threadsText(record, chosen), ...moreInFlightText(record, chosen)];
    case 'cpu':
      return [...threadsText(record, chosen), ...moreThreadsText(record, chosen)];
    case 'mixed':
      return threadsText(record, chosen);
    case 'server':
      return [
        'No other variant helps until the server answers more: it sets the pace, and whoever asks faster waits longer.',
      ];
    case null:
      return [];
  }
}

function isPool({ name }: Measured): boolean {
  return name.startsWith('worker');
}

/** Threads or one event loop: from how much CPU on. Silent where the run itself contradicts the model. */
function threadsText(record: RunRecord, chosen: Measured): string[] {
  const crossover = crossoverOf(record);
  if (crossover === null) return [];
  const { nowMs, atMs } = crossover;
  const now = `${roughMs(nowMs)} now`;
  const about = `about ${roughMs(atMs)} of CPU for each job`;
  if (isPool(chosen)) {
    const pair = pairOf(record, chosen.name, 'event-loop');
    return pair?.verdict === 'faster' && nowMs > atMs
      ? [`event-loop would do as well below ${about} (${now}): then one thread is enough.`]
      : [];
  }
  return nowMs < atMs ? [`Threads would begin to pay from ${about} on (${now}).`] : [];
}

/** An estimate has two digits. */
function roughMs(ms: number): string {
  return `${Number(ms.toPrecision(2))} ms`;
}

function moreThreadsText(record: RunRecord, chosen: Measured): string[] {
  const { cpus } = record.environment;
  if (!isPool(chosen)) {
    const triedThreads = record.variants.some((variant) => isMeasured(variant) && isPool(variant));
    return triedThreads
      ? []
      : ['One thread does all of it: the worker-pool variants would show what more threads give.'];
  }
  if (chosen.threads < cpus) {
    return [
      `More threads would help, as long as there are CPUs: it has ${formatCount(chosen.threads)} on ${formatCount(cpus)} of them (--workers).`,
    ];
  }
  return [
    `All ${formatPlural(cpus, 'CPU')} are in use: only less CPU for each job, or more CPUs, make it faster.`,
  ];
}

/** More overlap shortens waits, until something else binds. */
function moreInFlightText({ spec }: RunRecord, chosen: Measured): string[] {
  if (spec.load.kind === 'open') return [];
  const { concurrency } = chosen;
  if (concurrency >= spec.jobs) {
    return spec.jobs === 1
      ? []
      : [`All ${formatCount(spec.jobs)} jobs are in flight at once: only shorter waits make it faster.`];
  }
  if (concurrency === 1) return ['Overlapping the jobs would shorten it: event-loop does.'];
  const limit = chosen.trace?.limit ?? null;
  const next = limit === null ? 0 : Math.max(limit.cpuMs, limit.serverMs ?? 0);
  const until = limit === null || next <= 0 ? null : Math.round((concurrency * limit.waitsMs) / next);
  const sizes = [1, 2, 4, 8].map((factor) => Math.min(spec.jobs, factor * concurrency));
  const sweep = `\`threadmill sweep --concurrency ${[...new Set(sizes)].join(',')}\` measures it.`;
  if (until === null) return [`More in flight may help; ${sweep}`];
  const binds = limit !== null && limit.cpuMs === next ? 'CPU' : 'the server';
  const far =
    until >= spec.jobs
      ? `up to all ${formatCount(spec.jobs)} jobs at once`
      : `until ${binds} binds, at about ${formatCount(until)}`;
  return [sentence(`more in flight should help ${far}; ${sweep}`)];
}
