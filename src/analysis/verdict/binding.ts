import { allowedCpus, availableCpusText } from '../../core/available-cpus.ts';
import { BREAKDOWN_PARTS } from '../../core/documents/breakdown.ts';
import { comparable } from '../../core/documents/comparable.ts';
import type { BreakdownPart, Limit, RunRecord, TraceRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatMs, formatNumber, formatPlural, formatShare } from '../../core/format.ts';
import { LIMIT_NAMES, PART_NAMES } from '../../core/labels.ts';
import { median } from '../../core/statistics/quantile.ts';
import { usesWorkers } from '../../core/variants.ts';
import type { Measured } from './measured.ts';
import { poolUse } from './native-threads.ts';
import { listed, sentence } from './wording.ts';

/** What keeps a variant from being faster: waits, CPU or the server; two of them alike; or `--rate-limit`. */
export type Binding = 'waits' | 'cpu' | 'server' | 'mixed' | 'rate';

export interface Bound {
  /** Null where the run can't tell. */
  readonly binding: Binding | null;
  /** What it rests on, in words. */
  readonly text: string;
}

/** From this share of the greatest on, another limit counts as binding too: asymptotes meet in a bend. */
const ALIKE = 2 / 3;
/** Waiting and computing of one chain of jobs are alike from this share of waiting up to one less it. */
const MIN_WAITING = ALIKE / (1 + ALIKE);
/** A variant further than this from what binds it is held up by something else as well. */
const FAR_FROM_LIMIT = 0.6;
/** A variant that is quicker than its limit by no more is at it. */
const NOISE = 1.05;
/** Of a thread's or the server's time, without a traced pass. */
const BUSY = 0.9;
const MOSTLY_WAITING = 0.5;
/** Of the jobs a second that were due: as in the warning `rate-not-held`. */
const HELD = 0.95;
/** Of the wall: the rest is the last jobs' own time. */
const NEAR_RATE = 0.8;

const LIMITS = ['waits', 'cpu', 'server'] as const;

/** What of a thread's time each limit speaks of. */
const EXPLAINED: Readonly<Record<Limit['binds'], readonly BreakdownPart[]>> = {
  waits: ['waiting', 'idle'],
  cpu: ['user-cpu', 'client-cpu', 'gc'],
  server: ['waiting', 'idle'],
};

/** What binds the variant, from its traced pass or else from what surrounds its trials. Null: nothing known. */
export function boundOf(record: RunRecord, variant: Measured): Bound | null {
  const { trace } = variant;
  const rate = fromRateLimit(record, variant) ?? fromSchedule(variant);
  if (rate !== null) return rate;
  if (trace?.limit != null) return fromLimit(record, variant, trace, trace.limit);
  return fromTrials(record, variant);
}

/** Whether the client's own rate limit takes up nearly all of the wall. */
function fromRateLimit({ spec }: RunRecord, { name, summary }: Measured): Bound | null {
  const { load, jobs } = spec;
  if (load.kind !== 'closed' || load.rateLimit === null) return null;
  // The last job starts when all slots before it have passed; then it takes as long as it takes.
  const share = ((jobs - 1) / load.rateLimit) * (1_000 / summary.wallMs.estimate);
  if (share < NEAR_RATE) return null;
  return {
    binding: 'rate',
    text: `The rate limit binds: ${formatPlural(jobs, 'job')} at ${formatNumber(load.rateLimit)} a second are ${formatShare(Math.min(1, share))} of ${name}’s wall.`,
  };
}

/** With jobs due that wait for a slot, a response time is how far the variant has fallen behind. */
function fromSchedule({ name, summary }: Measured): Bound | null {
  const { offeredPerSecond = 0, achievedPerSecond = null } = summary.open ?? {};
  if (achievedPerSecond === null || achievedPerSecond >= HELD * offeredPerSecond) return null;
  return {
    binding: null,
    text: `The schedule was not kept: ${name} started ${formatNumber(achievedPerSecond)} of ${formatNumber(offeredPerSecond)} jobs a second. Its response times grow with the length of the plan.`,
  };
}

/** What binds, the greatest first: more than one where they are about alike. Work that never waits is not bound by waits. */
function bindingOf(limit: Limit): Limit['binds'][] {
  const { wallMs, waitsMs, waitingShare, cpuMs, serverMs } = limit;
  const alike: Readonly<Record<Limit['binds'], boolean>> = {
    waits: waitsMs >= ALIKE * wallMs && waitingShare >= MIN_WAITING,
    cpu: cpuMs >= ALIKE * wallMs || (waitsMs === wallMs && waitingShare <= 1 - MIN_WAITING),
    server: (serverMs ?? 0) >= ALIKE * wallMs,
  };
  return [limit.binds, ...LIMITS.filter((name) => name !== limit.binds && alike[name])];
}

/** `waiting`, `waiting and CPU`. */
export function bindingNames(limit: Limit): string {
  return listed(bindingOf(limit).map((name) => LIMIT_NAMES[name]));
}

/** `waiting binds`, `waiting and CPU bind`. */
export function bindingText(limit: Limit): string {
  return `${bindingNames(limit)} ${bindingOf(limit).length === 1 ? 'binds' : 'bind'}`;
}

function fromLimit(record: RunRecord, variant: Measured, trace: TraceRecord, limit: Limit): Bound {
  const bind = bindingOf(limit);
  const term = (name: Limit['binds']) => termText(record, variant, limit, name);
  const took = (name: Limit['binds']) => formatMs(limit[`${name}Ms`]);
  // Usually the one that binds; the jobs' own times where they mostly compute.
  const greatest = LIMITS.find((name) => limit[`${name}Ms`] === limit.wallMs) ?? limit.binds;
  const share = formatShare(limit.efficiency);
  const head = `${sentence(bindingText(limit))}${bind.length === 1 ? '' : ' about alike'}`;
  const rest = LIMITS.filter((name) => name !== greatest && limit[`${name}Ms`] !== null);
  const others = rest.map((name, place) => `${term(name)} ${place === 0 ? 'would take ' : ''}${took(name)}`);
  const text = `${head}: with perfect overlap ${term(greatest)} would take ${took(greatest)}, ${share} of ${variant.name}’s wall${others.length === 0 ? '' : `; ${listed(others)}`}.`;
  const far = limit.efficiency < FAR_FROM_LIMIT ? ` ${farText(bind, limit, trace)}` : '';
  const more = limit.efficiency > 1 ? ` ${exceededText(limit)}` : far;
  return { binding: bind.length === 1 ? limit.binds : 'mixed', text: `${text}${more}` };
}

function termText(
  { server, environment }: RunRecord,
  variant: Measured,
  limit: Limit,
  name: Limit['binds'],
): string {
  if (name === 'server') return 'the server at its ceiling';
  if (name === 'waits') {
    if (variant.concurrency === 1) return 'the jobs, one after another,';
    if (limit.waitsOf === 'longest-job') return 'the longest job';
    return `the longest chain of jobs at ${formatCount(variant.concurrency)} in flight`;
  }
  switch (limit.cpuOf) {
    case 'machine': {
      const whose = server.kind === 'embedded' ? 'client and server' : 'the client';
      return `CPU of ${whose} on ${availableCpusText(environment)}`;
    }
    case 'libuv':
      return `CPU in libuv’s pool of ${formatPlural(variant.summary.nativeThreads?.libuv?.threads ?? 1, 'thread')}`;
    case 'threads':
      return `CPU on ${formatPlural(Math.min(variant.threads, allowedCpus(environment)), 'thread')}`;
  }
}

/** A limit comes from other trials than the wall, so that it can turn out the longer of the two. */
function exceededText({ binds, efficiency, reference }: Limit): string {
  if (efficiency <= NOISE) return 'So it is reached, as far as this can be told.';
  const rests = {
    waits: `it rests on the jobs of ${reference}, which something disturbed`,
    cpu: 'CPU was charged for more than the jobs',
    server: 'the server can do more than it showed',
  };
  return `It was quicker than that, so the limit is wrong: ${rests[binds]}.`;
}

/** Of the threads' time, what is not in the limit. */
function farText(bind: readonly Limit['binds'][], limit: Limit, trace: TraceRecord): string {
  const explained = bind.flatMap((name): readonly BreakdownPart[] => EXPLAINED[name]);
  const total = trace.threads.reduce(
    (sum, { breakdown }) => sum + BREAKDOWN_PARTS.reduce((all, part) => all + breakdown[part], 0),
    0,
  );
  const shares = BREAKDOWN_PARTS.filter((part) => !explained.includes(part))
    .map((part) => ({
      part,
      share: trace.threads.reduce((sum, { breakdown }) => sum + breakdown[part], 0) / Math.max(total, 1e-9),
    }))
    .sort((a, b) => b.share - a.share);
  const [largest] = shares;
  const what =
    largest === undefined || largest.share < 0.05
      ? ''
      : ` Beside it, ${formatShare(largest.share)} of the threads’ time went into ${PART_NAMES[largest.part]}.`;
  return `So this limit is far from reached: the wall is ${formatNumber(1 / limit.efficiency)} times as long.${what}`;
}

/** Without a traced pass: how busy the threads that run jobs were, and the server. */
function fromTrials(record: RunRecord, variant: Measured): Bound | null {
  const trials = variant.trials.filter(comparable);
  const serverBusy = median(
    trials.flatMap(({ server }) => (server === null ? [] : [server.eventLoopUtilization])),
  );
  if (serverBusy !== null && serverBusy > BUSY) {
    return {
      binding: 'server',
      text: `The server binds: it was busy for ${formatShare(serverBusy)} of a typical trial of ${variant.name}.`,
    };
  }
  const pooled = usesWorkers(variant.name);
  const busy = median(
    trials.flatMap(({ threads, wallMs }) => {
      const running = threads.filter(({ thread }) => !pooled || thread > 0);
      if (running.length === 0 || wallMs === null || wallMs <= 0) return [];
      return [
        running.reduce((sum, { eventLoop }) => sum + eventLoop.activeMs, 0) / (running.length * wallMs),
      ];
    }),
  );
  if (busy === null) return null;
  const pool = poolUse(record, variant);
  if (pool !== null && pool > BUSY) {
    return {
      binding: 'cpu',
      text: `CPU binds: libuv’s thread pool used ${formatShare(Math.min(1, pool))} of the CPU it could use in a typical trial of ${variant.name}.`,
    };
  }
  const threads = pooled ? 'the threads that run its jobs were' : 'its thread was';
  const share = formatShare(Math.min(1, busy));
  if (busy > BUSY)
    return {
      binding: 'cpu',
      text: `CPU binds: ${threads} busy for ${share} of a typical trial of ${variant.name}.`,
    };
  if (busy < MOSTLY_WAITING)
    return {
      binding: 'waits',
      text: `Waiting binds: ${threads} busy for only ${share} of a typical trial of ${variant.name}.`,
    };
  return {
    binding: null,
    text: `What binds can’t be told without a traced pass: ${threads} busy for ${share} of a typical trial of ${variant.name}.`,
  };
}
