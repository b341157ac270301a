import type { Bottleneck, Environment } from '../../core/documents/run-record.ts';
import { BOTTLENECK_CAUSES } from '../../core/documents/trace-record.ts';
import { maxBy } from '../../core/max-by.ts';
import { median } from '../../core/statistics/quantile.ts';

/** The jobs of a trial, without the time in which their thread waited for a CPU, ms. */
export interface JobLoad {
  /** One after another. */
  readonly totalMs: number;
  /** How much of it they waited, off the CPU. */
  readonly waitingMs: number;
  readonly longestMs: number;
  /** Interquartile range of the jobs' times, divided by their median. */
  readonly spread: number;
}

export interface BottleneckInput {
  /** How long the jobs of the plan take by themselves: of one or more trials. */
  readonly loads: readonly JobLoad[];
  readonly concurrency: number;
  /** CPU of the threads that run jobs, ms; null where unknown. */
  readonly cpuMs: number | null;
  readonly threads: number;
  /** CPU of all that works for the jobs on this machine, the server if it is here, ms; null where unknown. */
  readonly machineCpuMs: number | null;
  /** CPU of libuv's thread pool, ms, and its threads; null where unknown. */
  readonly libuv: { readonly cpuMs: number; readonly threads: number } | null;
  /** Of a variant on a queue. */
  readonly queue?: QueueLoad | null;
  readonly cpus: CpuSupply;
  /** Requests of the plan, and how many a second the server answers at most; null where that is unknown. */
  readonly requests: number;
  readonly requestsPerSecond: number | null;
  /** Median, ms. */
  readonly wallMs: number;
}

/** CPU of a trial on a queue, ms; null where unknown. */
export interface QueueLoad {
  readonly coordinatorMs: number;
  readonly serverMs: number | null;
  /** Of the workers' threads that run no jobs, one in each worker. */
  readonly clientsMs: number | null;
  readonly workers: number;
  /** Workers are on machines of their own, whose CPUs are not known here. */
  readonly isElsewhere: boolean;
}

export interface CpuSupply {
  readonly allowed: number;
  readonly quota: Environment['cpuQuota'];
}

/** From this share of the largest term on, another one is a cause too: asymptotes meet in a bend. */
const ALIKE = 2 / 3;
/** Waiting and computing of one chain of jobs are alike from this share of waiting up to one less it. */
const MIN_WAITING = ALIKE / (1 + ALIKE);

/**
 * The shortest wall that perfect overlap could reach, by bounds that no schedule beats: the mean load of a slot and
 * the longest job (Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17, 1969), CPU of
 * threads and machine, and the server's rate. Null: none is known. An efficiency a little over 1 is noise; more says
 * that a figure is wrong.
 */
export function bottleneckOf(input: BottleneckInput): Omit<Bottleneck, 'reference'> | null {
  const { loads, concurrency, requests, requestsPerSecond, wallMs } = input;
  const [waitingMs, waitingOf] = waitingBound(loads, concurrency);
  const [cpuMs, cpuOf] = cpuBound(input);
  const serverMs = requestsPerSecond === null ? null : (requests / requestsPerSecond) * 1_000;
  const waitingShare =
    median(loads.flatMap(({ waitingMs: waited, totalMs }) => (totalMs > 0 ? [waited / totalMs] : []))) ?? 0;
  const queueTerms = input.queue && {
    coordinatorMs: input.queue.coordinatorMs,
    ...(input.queue.serverMs !== null && { queueServerMs: input.queue.serverMs }),
  };
  const terms = { waitingMs, waitingShare, cpuMs, serverMs, ...queueTerms };
  const judged = judgeTerms(terms);
  if (!(judged.idealMs > 0) || !(wallMs > 0)) return null;
  return { ...judged, efficiency: judged.idealMs / wallMs, ...terms, waitingOf, cpuOf };
}

/** The largest term is the ideal, and its cause comes first; jobs' own times that are mostly computing are CPU. */
export function judgeTerms({
  waitingMs,
  waitingShare,
  cpuMs,
  serverMs,
  coordinatorMs = 0,
  queueServerMs = 0,
}: Pick<
  Bottleneck,
  'waitingMs' | 'waitingShare' | 'cpuMs' | 'serverMs' | 'coordinatorMs' | 'queueServerMs'
>): Pick<Bottleneck, 'kind' | 'causes' | 'idealMs' | 'idealOf'> {
  const terms = {
    ...{ waiting: waitingMs, cpu: cpuMs, server: serverMs ?? 0 },
    ...{ coordinator: coordinatorMs, queueServer: queueServerMs },
  };
  const idealMs = Math.max(...Object.values(terms));
  // Of equal terms waiting comes first only if jobs mostly wait.
  const order =
    waitingShare >= 0.5
      ? BOTTLENECK_CAUSES
      : (['server', 'queueServer', 'coordinator', 'cpu', 'waiting'] as const);
  const idealOf = order.find((cause) => terms[cause] === idealMs)!;
  const first = idealOf === 'waiting' && waitingShare < 0.5 ? 'cpu' : idealOf;
  const alike = {
    waiting: waitingMs >= ALIKE * idealMs && waitingShare >= MIN_WAITING,
    cpu: cpuMs >= ALIKE * idealMs || (idealOf === 'waiting' && waitingShare <= 1 - MIN_WAITING),
    server: terms.server >= ALIKE * idealMs,
    coordinator: coordinatorMs >= ALIKE * idealMs,
    queueServer: queueServerMs >= ALIKE * idealMs,
  };
  const causes = [first, ...BOTTLENECK_CAUSES.filter((cause) => cause !== first && alike[cause])];
  return { kind: causes.length === 1 ? first : 'mixed', causes, idealMs, idealOf };
}

function waitingBound(loads: readonly JobLoad[], concurrency: number): [number, Bottleneck['waitingOf']] {
  const chainMs = median(loads.map(({ totalMs }) => totalMs / concurrency)) ?? 0;
  const boundMs =
    median(loads.map(({ totalMs, longestMs }) => Math.max(longestMs, totalMs / concurrency))) ?? 0;
  // The median of the greater ones may lie a little over both medians.
  return [boundMs, concurrency > 1 && boundMs > 1.001 * chainMs ? 'longest-job' : 'chain'];
}

function cpuBound({
  cpuMs,
  threads,
  machineCpuMs,
  libuv,
  cpus,
  queue = null,
}: BottleneckInput): [number, Bottleneck['cpuOf']] {
  const ofThreads =
    queue?.isElsewhere === true ? (cpuMs ?? 0) / threads : minWallMs(cpuMs ?? 0, threads, cpus);
  const bounds: [number, Bottleneck['cpuOf']][] = [
    [ofThreads, 'threads'],
    [queue?.isElsewhere === true ? 0 : minWallMs(machineCpuMs ?? 0, cpus.allowed, cpus), 'machine'],
    [minWallMs(libuv?.cpuMs ?? 0, Math.max(1, libuv?.threads ?? 1), cpus), 'libuv'],
    [(queue?.clientsMs ?? 0) / Math.max(1, queue?.workers ?? 1), 'queue-clients'],
  ];
  return maxBy(bounds, ([ms]) => ms)!;
}

/** Shortest wall, ms. Under a CPU limit it begins just before a period ends, so that two quotas can be used at once. */
export function minWallMs(cpuMs: number, threads: number, { allowed, quota }: CpuSupply): number {
  const atOnce = Math.min(threads, allowed);
  if (quota === null || quota.cpus >= atOnce) return cpuMs / atOnce;
  const perPeriod = quota.cpus * quota.periodMs;
  const periods = Math.max(0, Math.ceil(cpuMs / perPeriod) - 2);
  return periods * quota.periodMs + (cpuMs - periods * perPeriod) / atOnce;
}
