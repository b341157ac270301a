import { allowedCpus, availableCpusText } from '../../core/available-cpus.ts';
import { BREAKDOWN_PARTS } from '../../core/documents/breakdown.ts';
import type { Bottleneck, BreakdownPart, RunRecord, TraceRecord } from '../../core/documents/run-record.ts';
import { BOTTLENECK_CAUSES } from '../../core/documents/trace-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import {
  formatCount,
  formatFactor,
  formatMs,
  formatNumber,
  formatPlural,
  formatShare,
  listed,
  sentence,
} from '../../core/format.ts';
import { bottleneckNames, PART_NAMES } from '../../core/labels.ts';
import { maxBy } from '../../core/max-by.ts';
import { median } from '../../core/statistics/quantile.ts';
import { usesWorkers } from '../../core/variants.ts';
import { comparable } from '../comparable.ts';
import { missedRate } from '../warnings/rate.ts';
import type { Measured } from './measured.ts';
import { poolUse } from './native-threads.ts';

type Cause = Bottleneck['causes'][number];

export interface Found {
  readonly bottleneck: Verdict['bottleneck'];
  readonly text: string | null;
}

/** A variant further than this from its ideal is held up by something else as well. */
const FAR_FROM_IDEAL = 0.6;
/** A variant that is faster than its ideal by no more has reached it. */
const NOISE = 1.05;
/** Of a thread's or the server's time, without a traced pass. */
const BUSY = 0.9;
const MOSTLY_WAITING = 0.5;
/** Of the wall time: the rest is the last jobs' own time. */
const NEAR_RATE = 0.8;

/** What of a thread's time each cause accounts for. */
const EXPLAINED: Readonly<Record<Cause, readonly BreakdownPart[]>> = {
  waiting: ['waiting', 'idle'],
  cpu: ['user-cpu', 'client-cpu', 'gc'],
  server: ['waiting', 'idle'],
  coordinator: ['messaging', 'idle'],
  queueServer: ['messaging', 'idle'],
};

/** The bottleneck of a variant: from its traced pass, or else from what is measured around its trials. */
export function bottleneckOf(record: RunRecord, variant: Measured): Found {
  const { name, trace } = variant;
  const limited = rateLimitText(record, variant);
  if (limited !== null) {
    return { bottleneck: { variant: name, kind: 'rate-limit', causes: [], terms: null }, text: limited };
  }
  const missed = missedRate(variant);
  if (missed !== null) {
    return {
      bottleneck: null,
      text: `The schedule. ${name} starts ${formatNumber(missed.achieved)} of ${formatNumber(missed.offered)} jobs/s, so its response times grow with the number of jobs.`,
    };
  }
  if (trace?.bottleneck == null) return fromTrials(record, variant);
  const { kind, causes, idealMs, idealOf, efficiency, waitingMs, cpuMs, serverMs } = trace.bottleneck;
  const { coordinatorMs, queueServerMs } = trace.bottleneck;
  const terms = {
    ...{ idealMs, idealOf, efficiency, waitingMs, cpuMs, serverMs },
    ...(coordinatorMs !== undefined && { coordinatorMs }),
    ...(queueServerMs !== undefined && { queueServerMs }),
  };
  return {
    bottleneck: { variant: name, kind, causes, terms },
    text: tracedText(record, variant, trace, trace.bottleneck),
  };
}

/** Where the client's own rate limit takes up nearly all of the wall time. */
function rateLimitText({ spec }: RunRecord, { name, summary }: Measured): string | null {
  const { load, jobs } = spec;
  if (load.kind !== 'closed' || load.rateLimit === null) return null;
  // The last job starts when all turns before it have passed; then it takes as long as it takes.
  const share = ((jobs - 1) / load.rateLimit) * (1_000 / summary.wallMs.estimate);
  if (share < NEAR_RATE) return null;
  return `The rate limit. ${formatPlural(jobs, 'job')} at ${formatNumber(load.rateLimit)}/s take ${formatShare(Math.min(1, share))} of ${name}’s wall time.`;
}

function tracedText(
  record: RunRecord,
  variant: Measured,
  trace: TraceRecord,
  bottleneck: Bottleneck,
): string {
  const { causes, idealMs, idealOf, efficiency } = bottleneck;
  const others = BOTTLENECK_CAUSES.filter((cause) => cause !== idealOf).flatMap((cause) => {
    const ms = bottleneck[`${cause}Ms`];
    return ms == null ? [] : [`${termText(record, variant, bottleneck, cause)} ${formatMs(ms)}`];
  });
  return [
    `${sentence(bottleneckNames(causes))}.`,
    `Ideal ${formatMs(idealMs)} (${termText(record, variant, bottleneck, idealOf)}); ${variant.name} reaches ${formatShare(efficiency)} of it.`,
    ...(others.length === 0 ? [] : [`Other terms: ${listed(others)}.`]),
    ...(efficiency > 1 ? [exceededText(variant, bottleneck)] : []),
    ...(efficiency < FAR_FROM_IDEAL ? [farText(variant, bottleneck, trace)] : []),
  ].join(' ');
}

function termText(
  { server, environment }: RunRecord,
  variant: Measured,
  { waitingOf, cpuOf }: Bottleneck,
  cause: Cause,
): string {
  if (cause === 'server') return 'server at its ceiling';
  if (cause === 'coordinator') return 'CPU of the coordinator’s thread';
  if (cause === 'queueServer') return 'CPU of the queue server';
  if (cause === 'waiting') {
    if (variant.concurrency === 1) return 'jobs one after another';
    if (waitingOf === 'longest-job') return 'longest job';
    return `longest chain of jobs at concurrency ${formatCount(variant.concurrency)}`;
  }
  switch (cpuOf) {
    case 'machine': {
      const whose = server.kind === 'embedded' ? 'client and server' : 'the client';
      return `CPU of ${whose} on ${availableCpusText(environment)}`;
    }
    case 'libuv':
      return `CPU in libuv’s pool of ${formatPlural(variant.summary.nativeThreads?.libuv?.threads ?? 1, 'thread')}`;
    case 'queue-clients':
      return 'CPU of the queue’s client in each worker';
    case 'threads':
      return `CPU on ${formatPlural(Math.min(variant.threads, allowedCpus(environment)), 'thread')}`;
  }
}

/** The ideal comes from other trials than the wall time, so it can turn out the longer of the two. */
function exceededText({ name }: Measured, { causes, efficiency, reference }: Bottleneck): string {
  if (efficiency <= NOISE) return 'The ideal is reached, within the error of the estimate.';
  const why = {
    waiting: `it rests on the jobs of ${reference}, which were disturbed`,
    cpu: 'it includes CPU of more than the jobs',
    server: 'the server’s real ceiling is higher',
    coordinator: 'it is of other trials',
    queueServer: 'it is of other trials',
  };
  return `${name} is faster than its ideal, so the ideal is wrong: ${why[causes[0]!]}.`;
}

function farText({ name }: Measured, { causes, efficiency }: Bottleneck, { threads }: TraceRecord): string {
  const explained = causes.flatMap((cause) => EXPLAINED[cause]);
  const msOf = (part: BreakdownPart) => threads.reduce((sum, { breakdown }) => sum + breakdown[part], 0);
  const total = BREAKDOWN_PARTS.reduce((sum, part) => sum + msOf(part), 0);
  const shares = BREAKDOWN_PARTS.filter((part) => !explained.includes(part)).map((part) => {
    return { part, share: msOf(part) / Math.max(total, 1e-9) };
  });
  const largest = maxBy(shares, ({ share }) => share);
  const what =
    largest === undefined || largest.share < 0.05
      ? ''
      : `; ${formatShare(largest.share)} of its threads’ time goes to ${PART_NAMES[largest.part]}`;
  return `${name} takes ${formatFactor(1 / efficiency)} the ideal${what}.`;
}

function fromTrials(record: RunRecord, variant: Measured): Found {
  const { name } = variant;
  const trials = variant.trials.filter(comparable);
  const found = (cause: Cause, text: string): Found => ({
    bottleneck: { variant: name, kind: cause, causes: [cause], terms: null },
    text: `${sentence(bottleneckNames([cause]))}. ${text}`,
  });
  const serverBusy = median(
    trials.flatMap(({ server }) => (server === null ? [] : [server.eventLoopUtilization])),
  );
  if (serverBusy !== null && serverBusy > BUSY) {
    return found('server', `It is busy for ${formatShare(serverBusy)} of a typical trial of ${name}.`);
  }
  const pooled = usesWorkers(name);
  const busy = median(
    trials.flatMap(({ threads, wallMs }) => {
      const running = threads.filter(({ thread }) => !pooled || thread > 0);
      if (running.length === 0 || wallMs === null || wallMs <= 0) return [];
      return [
        running.reduce((sum, { eventLoop }) => sum + eventLoop.activeMs, 0) / (running.length * wallMs),
      ];
    }),
  );
  if (busy === null) return { bottleneck: null, text: null };
  const pool = poolUse(record, variant);
  if (pool !== null && pool > BUSY) {
    const used = formatShare(Math.min(1, pool));
    return found(
      'cpu',
      `libuv’s thread pool uses ${used} of the CPU it can use in a typical trial of ${name}.`,
    );
  }
  const threads = pooled ? `The worker threads of ${name} are` : `The thread of ${name} is`;
  const share = `${threads} busy for ${formatShare(Math.min(1, busy))} of a typical trial.`;
  if (busy > BUSY) return found('cpu', share);
  if (busy < MOSTLY_WAITING) return found('waiting', share);
  return { bottleneck: null, text: `Unknown without a traced pass. ${share}` };
}
