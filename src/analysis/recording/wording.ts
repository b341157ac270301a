import type {
  CodePlace,
  RecordedStall,
  RecordedWait,
  Recording,
  Verdict,
} from '../../core/documents/recording.ts';
import { formatCount, formatMs, formatNumber, formatPlural, formatShare } from '../../core/format.ts';
import { frameLabel } from '../../profile/folded-name.ts';

/** A verdict in words. */
interface VerdictWords {
  readonly headline: string;
  readonly advice: string;
}

export function verdictWords(verdict: Verdict): VerdictWords {
  const { code, evidence, function: place, target } = verdict;
  const share = (name: string): string => formatShare(evidence[name]);
  const mostly = place === null ? '' : `, ${share('selfShare')} of that in ${frameLabel(place)}`;
  const named = place === null ? 'its work' : place.name;
  switch (code) {
    case 'nothing-recorded':
      return {
        headline: `Too short to tell: ${formatPlural(evidence.samples ?? 0, 'sample')}.`,
        advice: 'Record a program that runs for a second or longer.',
      };
    case 'main-saturated':
      return {
        headline: `The main thread is saturated: busy ${share('busyShare')} of the time${mostly}.`,
        advice: `${
          (evidence.workers ?? 0) === 0
            ? 'No worker threads were recorded.'
            : `Its ${formatPlural(evidence.workers ?? 0, 'worker')} ${evidence.workers === 1 ? 'is' : 'are'} busy ${share('workerBusyShare')}.`
        } Moving ${named} to a worker thread could free up to ${share('totalShare')} of its busy time.`,
      };
    case 'cpu-bound':
      return {
        headline: `CPU-bound: ${formatNumber(evidence.busyThreads)} threads busy on average${evidence.availableCpus === undefined ? '' : `, ${formatPlural(evidence.availableCpus, 'CPU')}`}${mostly}.`,
        advice: `Make ${named} cheaper. More threads help only while CPUs are free.`,
      };
    case 'oversubscribed':
      return {
        headline: `Too many busy threads: ${formatNumber(evidence.runnableThreads)} want to run on ${formatPlural(evidence.availableCpus ?? 0, 'CPU')}, and wait for one ${share('cpuWaitShare')} of that time.`,
        advice: 'Use fewer workers, or more CPUs.',
      };
    case 'waiting-for-cpu':
      return {
        headline: `Waiting for a CPU: threads waited ${share('cpuWaitShare')} of the time that they wanted to run, while the program used ${formatNumber(evidence.usedCpus)} of ${formatPlural(evidence.availableCpus ?? 0, 'CPU')}.`,
        advice:
          'Other programs took the CPUs, or a CPU quota or affinity withheld them. Record again on an idle machine.',
      };
    case 'workers-starved':
      return {
        headline: `Workers take turns: only ${formatNumber(evidence.workersAtOnce)} of ${formatCount(evidence.workers)} are busy at a time, for ${share('busyShare')} of the time.`,
        advice: 'Dispatch the next task before the previous one has ended, for example with Promise.all.',
      };
    case 'thread-pool-saturated':
      return {
        headline: `libuv's pool is full: a request waited for one of its ${formatCount(evidence.poolThreads)} threads for ${share('waitShare')} of the time, ${formatMs(evidence.longestMs)} at most${(evidence.lookups ?? 0) >= 1 ? `; ${formatNumber(evidence.lookups)} concurrent DNS lookups on average` : ''}.`,
        advice: `CPUs are ${share('cpuShare')} busy. Set UV_THREADPOOL_SIZE higher: file system calls, dns.lookup, crypto and zlib share this pool.`,
      };
    case 'gc-bound':
      return {
        headline: `Garbage collection takes ${share('gcShare')} of the busy time.`,
        advice: 'Allocate less, reuse buffers, or try --max-semi-space-size=64.',
      };
    case 'blocked-by-sync-io':
      return {
        headline: `Synchronous calls blocked the event loop for ${share('blockedShare')} of the time${place === null ? '' : `, called by ${frameLabel(place)}`}.`,
        advice: 'Use an asynchronous form, for example fs.promises or execFile.',
      };
    case 'messages-too-large':
      return {
        headline: `Posting ${formatPlural(evidence.sent ?? 0, 'message')} took ${share('sendShare')} of a thread's busy time${place === null ? '' : `, in ${frameLabel(place)}`}.`,
        advice: 'Send less, transfer ArrayBuffers, or share memory.',
      };
    case 'waiting-on-host':
      return {
        headline: `Waiting for ${target}: ${formatPlural(evidence.requests ?? 0, 'request')}, ${formatMs(evidence.meanMs)} each on average, ${formatNumber(evidence.concurrency)} at a time${place === null ? '' : `, sent from ${place.file}:${place.line}`}.`,
        advice:
          'Run more requests concurrently, send fewer, or make the server faster. CPU is not the limit.',
      };
    case 'mostly-idle':
      return {
        headline: `Mostly idle: the busiest thread works ${share('busiestShare')} of the time.`,
        advice: 'CPU is not the limit: faster code would not shorten the run. Look at the waits.',
      };
    case 'nothing-stands-out':
      return {
        headline: `Nothing stands out: threads are busy ${share('busyShare')} of their time.`,
        advice: 'See the flamegraph for where that time goes.',
      };
  }
}

/** The innermost function of the stack, Node's and V8's own where the program has none; null: no sample tells. */
export function blockedIn({ function: own, stack }: RecordedStall): CodePlace | null {
  return own ?? stack.at(-1) ?? null;
}

export const NOT_SAMPLED = 'not sampled';
/** Beside stalls that are. */
export const NOT_SAMPLED_NOTE =
  'Not sampled: the sampler had no CPU during the stall, or there are no samples of that time. Record again on a less busy machine.';

export const STALL_KINDS: Readonly<Record<RecordedStall['kind'], string>> = {
  cpu: 'computing',
  'cpu-wait': 'waiting for a CPU',
  blocked: 'blocked in a call',
  unknown: 'not known',
};

/** `3`, or `≥ 3` where more may have been open. */
export function openRequests({ requests, moreRequests }: RecordedStall): string {
  return `${moreRequests ? '≥ ' : ''}${formatCount(requests)}`;
}

/** `3 stalls of 50 ms or longer, 120 ms together`. */
export function stallsText({ threads, settings }: Pick<Recording, 'threads' | 'settings'>): string {
  const count = threads.reduce((sum, { stalls }) => sum + stalls.count, 0);
  const totalMs = threads.reduce((sum, { stalls }) => sum + stalls.totalMs, 0);
  return `${formatPlural(count, 'stall')} of ${settings.stallMs} ms or longer${count === 0 ? '' : `, ${formatMs(totalMs)} together`}`;
}

export const WAIT_NAMES: Readonly<Record<RecordedWait['kind'], string>> = {
  'http-out': 'HTTP request to',
  'http-in': 'HTTP request for',
  dns: 'DNS lookup of',
  'dns-query': 'DNS query for',
  connect: 'connection to',
  child: 'child process',
  queue: "in the pool's queue",
};
