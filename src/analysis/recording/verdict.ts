import type { FlameData, FlameFrame } from '../../core/documents/flame.ts';
import type {
  CodePlace,
  RecordedProcess,
  RecordedStall,
  RecordedThread,
  RecordedWait,
  Verdict,
} from '../../core/documents/recording.ts';
import { maxBy } from '../../core/max-by.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import { US_PER_MS } from '../../core/units.ts';
import { topFunctions } from '../../profile/top-functions.ts';

/** What a verdict rests on. */
export interface RecordedFacts {
  readonly processes: readonly RecordedProcess[];
  readonly threads: readonly RecordedThread[];
  readonly stalls: readonly RecordedStall[];
  readonly waits: readonly RecordedWait[];
  /** Threads by their numbers in the recording. */
  readonly flame: FlameData;
  readonly spanMs: number;
  /** Null where that is not known. */
  readonly availableCpus: number | null;
  /** Null where no thread waited for a CPU, or where that is not known. */
  readonly cpuDemand: CpuDemand | null;
}

/** Means over the time in which threads waited for a CPU, weighted by the number of those threads. */
export interface CpuDemand {
  /** CPUs that the recorded processes used, all of their threads together. */
  readonly usedCpus: number;
  readonly waitingThreads: number;
}

/** A thread that is busy for this share of its time has little left; one below the other has a lot. */
const SATURATED = 0.8;
const IDLE = 0.3;
/** Of the busy time. */
const GC_SHARE = 0.25;
const CPU_WAIT_SHARE = 0.25;
const SEND_SHARE = 0.1;
/** Of the thread's time: one that does little but post messages is not held up by them. */
const SEND_TIME = 0.05;
/** Of the main thread's time. */
const BLOCKED_SHARE = 0.15;
/** Workers take turns: no more than this many are busy at a time, and one is for this share of the time. */
const TURNS = 1.25;
const TURNS_TIME = 0.5;
/** A new request to libuv's pool waits for this share of the time. */
const POOL_WAIT_SHARE = 0.3;
/** Of the available CPUs: below it the program does not use them up. */
const CPU_SHARE = 0.8;
/** The same, where others are blamed: helper threads of V8 and short crowds take some of what is missing. */
const OWN_CPU_SHARE = 2 / 3;
/** Of all waits for HTTP responses, and of the recording's time. */
const HOST_SHARE = 0.6;
const HOST_TIME = 0.5;
/** Threads sampled for a smaller share of the time are short-lived. */
const LASTING = 0.2;
/** Below this the shares of a recording mean nothing. */
const MIN_SAMPLES = 20;

/** The bottlenecks of the program, most important first; at least one. */
export function verdictsOf(facts: RecordedFacts): Verdict[] {
  const samples = sumOf(facts.threads, (thread) => thread.samples);
  if (samples < MIN_SAMPLES) return [verdict('nothing-recorded', { samples })];
  const main = busiestMain(facts.threads);
  const idle = mostlyIdle(facts);
  const lacking = idle === null ? waitingForCpu(facts) : null;
  const found = [
    oversubscribed(facts),
    lacking,
    idle === null ? gcBound(facts) : null,
    main === null ? null : blocked(facts, main),
    messages(facts),
    // Samples show a thread that waits for a CPU as busy.
    main === null || lacking !== null ? null : saturated(facts, main),
    starved(facts),
    poolSaturated(facts),
    waitingOnHost(facts, main),
    lacking === null ? cpuBound(facts, main) : null,
    idle,
  ].filter((each) => each !== null);
  return found.length > 0 ? found : [verdict('nothing-stands-out', { busyShare: busyShare(facts.threads) })];
}

/** The main thread of the process that did most. */
function busiestMain(threads: readonly RecordedThread[]): RecordedThread | null {
  const busy = new Map<number, number>();
  for (const { process, busyMs } of threads) busy.set(process, (busy.get(process) ?? 0) + busyMs);
  const mains = threads.filter(({ role, samples }) => role === 'main' && samples > 0);
  return maxBy(mains, ({ process }) => busy.get(process)!) ?? null;
}

/** More threads want to run than there are CPUs, and wait for them. */
function oversubscribed({ threads, cpuDemand, availableCpus }: RecordedFacts): Verdict | null {
  const cpuWaitShare = cpuWaitShareOf(threads);
  if (cpuDemand === null || availableCpus === null || cpuWaitShare < CPU_WAIT_SHARE) return null;
  const { usedCpus, waitingThreads } = cpuDemand;
  const runnableThreads = usedCpus + waitingThreads;
  // Where others use CPUs: would they wait as long without them?
  const share = usedCpus < OWN_CPU_SHARE * availableCpus ? CPU_WAIT_SHARE : 0;
  if (runnableThreads * (1 - share) <= availableCpus) return null;
  return verdict('oversubscribed', { cpuWaitShare, runnableThreads, availableCpus });
}

/** Threads wait for CPUs that others use: other programs, or nobody because of a quota. */
function waitingForCpu({ threads, cpuDemand, availableCpus }: RecordedFacts): Verdict | null {
  const cpuWaitShare = cpuWaitShareOf(threads);
  if (cpuDemand === null || availableCpus === null || cpuWaitShare < CPU_WAIT_SHARE) return null;
  const { usedCpus } = cpuDemand;
  if (usedCpus >= OWN_CPU_SHARE * availableCpus) return null;
  return verdict('waiting-for-cpu', { cpuWaitShare, usedCpus, availableCpus });
}

/** Of the time in which threads wanted to run. */
function cpuWaitShareOf(threads: readonly RecordedThread[]): number {
  const known = threads.filter(({ cpuMs, cpuWaitMs }) => cpuMs !== null && cpuWaitMs !== null);
  const cpuWaitMs = sumOf(known, (thread) => thread.cpuWaitMs!);
  const wantedMs = cpuWaitMs + sumOf(known, (thread) => thread.cpuMs!);
  return wantedMs > 0 ? cpuWaitMs / wantedMs : 0;
}

function gcBound({ threads }: RecordedFacts): Verdict | null {
  const sampled = threads.filter(({ samples }) => samples > 0);
  const worst = maxBy(sampled, ({ gc }) => gc.totalMs);
  const busyMs = sumOf(sampled, (thread) => thread.busyMs);
  const gcMs = sumOf(sampled, ({ gc }) => gc.totalMs);
  if (worst === undefined || gcMs < GC_SHARE * busyMs) return null;
  return verdict('gc-bound', { gcShare: gcMs / busyMs, gcMs }, { thread: worst.thread });
}

/** Calls that do not return until the system has answered: `readFileSync` of a slow disk, `execSync`. */
function blocked(facts: RecordedFacts, main: RecordedThread): Verdict | null {
  const own = blockedStalls(facts, main);
  const blockedMs = sumOf(own, lengthMs);
  if (own.length === 0 || blockedMs < BLOCKED_SHARE * main.sampledMs) return null;
  const { function: place = null } = own.find((stall) => stall.function !== null) ?? {};
  // A stall may begin before the first sample.
  const blockedShare = Math.min(1, blockedMs / main.sampledMs);
  const evidence = { blockedShare, blockedMs, stalls: own.length };
  return verdict('blocked-by-sync-io', evidence, { thread: main.thread, function: place });
}

/** Stalls of the time that the samples cover. */
function blockedStalls({ stalls, processes }: RecordedFacts, main: RecordedThread): RecordedStall[] {
  const sampledFromUs = processes[main.process]!.droppedUntilUs ?? Number.NEGATIVE_INFINITY;
  return stalls.filter(
    ({ thread, kind, startUs }) => thread === main.thread && kind === 'blocked' && startUs >= sampledFromUs,
  );
}

function lengthMs({ startUs, endUs }: RecordedStall): number {
  return (endUs - startUs) / US_PER_MS;
}

function messages({ threads, flame }: RecordedFacts): Verdict | null {
  const worst = maxBy(threads, (thread) => thread.messages.sendMs);
  if (worst === undefined || worst.busyMs === 0) return null;
  const { sent, sendMs } = worst.messages;
  if (sendMs < SEND_SHARE * worst.busyMs || sendMs < SEND_TIME * worst.sampledMs) return null;
  // By the clock: on a crowded machine posting also waits for a CPU.
  const evidence = { sendShare: Math.min(1, sendMs / worst.busyMs), sent, sendMs };
  const place = callerOf(flame, worst.thread, 'postMessage');
  return verdict('messages-too-large', evidence, { thread: worst.thread, function: place });
}

/** The function of the program that a function was called by for the longest time. */
function callerOf({ frames, threads }: FlameData, thread: number, name: string): CodePlace | null {
  const times = new Map<FlameFrame, number>();
  const tree = threads.find((each) => each.thread === thread);
  tree?.frame.forEach((frame, node) => {
    if (frames[frame]!.name !== name) return;
    let above = tree.parent[node]!;
    while (above > 0 && frames[tree.frame[above]!]!.category !== 'user') above = tree.parent[above]!;
    const caller = above > 0 ? frames[tree.frame[above]!]! : null;
    if (caller !== null) times.set(caller, (times.get(caller) ?? 0) + tree.self[node]!);
  });
  const most = maxBy(times, ([, time]) => time);
  return most === undefined ? null : placeOf(most[0]);
}

/** Workers get one task at a time: there is work most of the time, and never for two of them. */
function starved(facts: RecordedFacts): Verdict | null {
  const { processes, threads } = facts;
  const spanMs = sampledSpanMs(facts);
  for (const [index, { workersBusyMs }] of processes.entries()) {
    const workers = threads.filter(({ process, role }) => process === index && role !== 'main');
    if (workers.length < 2 || workersBusyMs < TURNS_TIME * spanMs) continue;
    const workersAtOnce = sumOf(workers, ({ busyMs }) => busyMs) / workersBusyMs;
    if (workersAtOnce > TURNS) continue;
    const evidence = {
      ...{ workers: workers.length, workersAtOnce, busyShare: workersBusyMs / spanMs },
      messages: sumOf(workers, ({ messages }) => messages.sent),
    };
    return verdict('workers-starved', evidence);
  }
  return null;
}

/** Requests wait for a thread of libuv's pool, which file system calls, dns.lookup, crypto and zlib share. */
function poolSaturated({ processes, waits, spanMs, availableCpus }: RecordedFacts): Verdict | null {
  if (availableCpus === null) return null;
  const cpuShare = sumOf(processes, ({ cpuMs }) => cpuMs ?? 0) / (spanMs * availableCpus);
  if (cpuShare > CPU_SHARE) return null;
  const pools = processes.flatMap(({ pool }) => pool ?? []);
  const worst = maxBy(pools, ({ waitMs }) => waitMs);
  if (worst === undefined) return null;
  const waitShare = worst.waitMs / Math.max(1, worst.watchedMs);
  // dns.lookup may take half of the pool only: a full half does not keep other requests waiting.
  const lookups = sumOf(waits, ({ kind, totalMs }) => (kind === 'dns' ? totalMs : 0)) / spanMs;
  if (waitShare < POOL_WAIT_SHARE && lookups < sumOf(pools, ({ size }) => size)) return null;
  const evidence = { waitShare, longestMs: worst.longestMs, poolThreads: worst.size, lookups, cpuShare };
  return verdict('thread-pool-saturated', evidence);
}

/** The main thread has no time left, and its workers have. */
function saturated(facts: RecordedFacts, main: RecordedThread): Verdict | null {
  // To V8 a thread that is blocked in a call looks busy.
  const blockedMs = sumOf(blockedStalls(facts, main), lengthMs);
  const share = Math.max(0, main.busyMs - blockedMs) / main.sampledMs;
  const workers = facts.threads.filter(({ process, role }) => process === main.process && role !== 'main');
  const workerShare = busyShare(workers);
  if (share < SATURATED || (workers.length > 0 && workerShare > IDLE)) return null;
  const hot = hottest(facts.flame, main);
  const evidence = {
    busyShare: share,
    workers: workers.length,
    workerBusyShare: workerShare,
    ...hot?.shares,
  };
  return verdict('main-saturated', evidence, { thread: main.thread, function: hot?.place ?? null });
}

function waitingOnHost({ waits, spanMs }: RecordedFacts, main: RecordedThread | null): Verdict | null {
  if (main !== null && main.busyMs > 0.5 * main.sampledMs) return null;
  const requests = waits.filter(({ kind }) => kind === 'http-out');
  const allMs = sumOf(requests, ({ totalMs }) => totalMs);
  const most = maxBy(requests, ({ totalMs }) => totalMs);
  if (most === undefined) return null;
  if (most.totalMs < HOST_SHARE * allMs || most.totalMs < HOST_TIME * spanMs) return null;
  const evidence = {
    hostShare: most.totalMs / allMs,
    requests: most.count,
    meanMs: most.totalMs / most.count,
    maxMs: most.maxMs,
    concurrency: most.totalMs / spanMs,
  };
  return verdict('waiting-on-host', evidence, { target: most.target, function: siteOf(most.site) });
}

/** `src/api.ts:12` */
function siteOf(site: string | null): CodePlace | null {
  const [, file = null, line] = /^(.+):(\d+)$/.exec(site ?? '') ?? [];
  return file === null ? null : { name: '(request)', file, line: Number(line) };
}

/** Computing takes most of some thread's time, and it is not the main thread alone. */
function cpuBound(facts: RecordedFacts, main: RecordedThread | null): Verdict | null {
  const spanMs = sampledSpanMs(facts);
  const others = facts.threads.filter(
    ({ thread, sampledMs }) => thread !== main?.thread && sampledMs >= LASTING * spanMs,
  );
  const busiest = maxBy(others, ({ busyMs }) => busyMs);
  if (busiest === undefined || busiest.busyMs < SATURATED * busiest.sampledMs) return null;
  const hot = hottest(facts.flame, null);
  const evidence = {
    busyThreads: sumOf(facts.threads, ({ busyMs }) => busyMs) / spanMs,
    ...(facts.availableCpus === null ? {} : { availableCpus: facts.availableCpus }),
    ...hot?.shares,
  };
  return verdict('cpu-bound', evidence, { thread: busiest.thread, function: hot?.place ?? null });
}

function mostlyIdle({ threads }: RecordedFacts): Verdict | null {
  const shares = lastingThreads(threads).map(({ busyMs, sampledMs }) => busyMs / sampledMs);
  const most = Math.max(0, ...shares);
  return most > IDLE ? null : verdict('mostly-idle', { busiestShare: most });
}

/** The sampled threads without short-lived ones, which say little about the program. */
export function lastingThreads(threads: readonly RecordedThread[]): RecordedThread[] {
  const longestMs = maxBy(threads, ({ sampledMs }) => sampledMs)?.sampledMs ?? 0;
  return threads.filter(({ sampledMs }) => sampledMs > 0 && sampledMs >= LASTING * longestMs);
}

/** The part of the recording that the samples cover: the oldest may have been dropped. */
function sampledSpanMs({ processes, spanMs }: RecordedFacts): number {
  const endUs = Math.max(...processes.map((each) => each.endUs));
  const fromUs = Math.min(...processes.map((each) => each.droppedUntilUs ?? each.startUs));
  return Math.min(spanMs, (endUs - fromUs) / US_PER_MS);
}

interface Hot {
  readonly place: CodePlace;
  readonly shares: { readonly selfShare: number; readonly totalShare: number };
}

/** The function of the program or its packages with the most own time, of one thread or of all; shares of busy time. */
function hottest(flame: FlameData, thread: RecordedThread | null): Hot | null {
  const functions = topFunctions(flame, thread === null ? {} : { thread: thread.thread });
  const work = functions.filter(({ frame }) => frame.category !== 'idle');
  const busyUs = sumOf(work, ({ self }) => self);
  const top = work.find(({ frame }) => frame.category === 'user' || frame.category === 'dependency');
  if (top === undefined || busyUs === 0) return null;
  const shares = { selfShare: top.self / busyUs, totalShare: Math.min(1, top.totalUs / busyUs) };
  return { place: placeOf(top.frame), shares };
}

function placeOf({ name, file, line }: FlameFrame): CodePlace {
  return { name, file, line };
}

function busyShare(threads: readonly RecordedThread[]): number {
  const sampledMs = sumOf(threads, (thread) => thread.sampledMs);
  return sampledMs > 0 ? sumOf(threads, ({ busyMs }) => busyMs) / sampledMs : 0;
}

function verdict(
  code: Verdict['code'],
  evidence: Verdict['evidence'],
  about: Partial<Pick<Verdict, 'thread' | 'function' | 'target'>> = {},
): Verdict {
  return { code, thread: null, function: null, target: null, ...about, evidence };
}
