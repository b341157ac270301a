import type { Environment, Limit } from '../../core/documents/run-record.ts';
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

export interface LimitInput {
  /** How long the jobs of the plan take by themselves: of one or more trials. */
  readonly loads: readonly JobLoad[];
  /** Jobs in flight at once. */
  readonly concurrency: number;
  /** CPU of the threads that run jobs, ms; null where unknown. */
  readonly cpuMs: number | null;
  readonly threads: number;
  /** CPU of all that works for the jobs on this machine, the server if it is here, ms; null where unknown. */
  readonly machineCpuMs: number | null;
  /** CPU of libuv's thread pool, ms, and its threads; null where unknown. */
  readonly libuv: { readonly cpuMs: number; readonly threads: number } | null;
  readonly cpus: CpuSupply;
  /** Requests of the plan, and how many a second the server answers at most; null where that is unknown. */
  readonly requests: number;
  readonly requestsPerSecond: number | null;
  /** Typical wall, ms. */
  readonly wallMs: number;
}

/** CPUs that threads can be on at once, and the limit to their time. */
export interface CpuSupply {
  readonly allowed: number;
  readonly quota: Environment['cpuQuota'];
}

/**
 * The shortest wall that perfect overlap could reach, by three bounds that no schedule beats: of `concurrency`
 * places each job takes one for as long as it lasts, so that the wall is at least the mean load of a place and
 * at least the longest job (Graham, "Bounds on multiprocessing timing anomalies", SIAM Journal on Applied
 * Mathematics 17 (1969)); a thread computes on one CPU at a time, and the machine on as many as it has; and the
 * server answers what it can.
 * The largest of them binds; if those are the jobs' own times and most of that is computing, CPU does. Null if there
 * is nothing to go by.
 *
 * The efficiency is left as it comes out: a little over 1 is noise, and more says that a figure is wrong.
 */
export function limitOf(input: LimitInput): Omit<Limit, 'reference'> | null {
  const { loads, concurrency, requests, requestsPerSecond } = input;
  const [waitsMs, waitsOf] = waitsBound(loads, concurrency);
  const [cpuMs, cpuOf] = cpuBound(input);
  const serverMs = requestsPerSecond === null ? null : (requests / requestsPerSecond) * 1_000;
  const wallMs = Math.max(waitsMs, cpuMs, serverMs ?? 0);
  if (!(wallMs > 0) || !(input.wallMs > 0)) return null;
  const waitingShare =
    median(loads.flatMap(({ waitingMs, totalMs }) => (totalMs > 0 ? [waitingMs / totalMs] : []))) ?? 0;
  const waitsBind = wallMs === waitsMs && waitingShare >= 0.5;
  const binds = waitsBind ? 'waits' : wallMs === serverMs ? 'server' : 'cpu';
  return {
    wallMs,
    binds,
    waitsMs,
    waitsOf,
    waitingShare,
    cpuMs,
    cpuOf,
    serverMs,
    efficiency: wallMs / input.wallMs,
  };
}

function waitsBound(loads: readonly JobLoad[], concurrency: number): [number, Limit['waitsOf']] {
  const chainMs = median(loads.map(({ totalMs }) => totalMs / concurrency)) ?? 0;
  const boundMs =
    median(loads.map(({ totalMs, longestMs }) => Math.max(longestMs, totalMs / concurrency))) ?? 0;
  // The median of the greater ones may lie a little over both medians.
  return [boundMs, concurrency > 1 && boundMs > 1.001 * chainMs ? 'longest-job' : 'chain'];
}

function cpuBound({ cpuMs, threads, machineCpuMs, libuv, cpus }: LimitInput): [number, Limit['cpuOf']] {
  const bounds: [number, Limit['cpuOf']][] = [
    [leastWallMs(cpuMs ?? 0, threads, cpus), 'threads'],
    [leastWallMs(machineCpuMs ?? 0, cpus.allowed, cpus), 'machine'],
    [leastWallMs(libuv?.cpuMs ?? 0, Math.max(1, libuv?.threads ?? 1), cpus), 'libuv'],
  ];
  return bounds.reduce((greatest, bound) => (bound[0] > greatest[0] ? bound : greatest));
}

/**
 * The shortest time in which so many threads can use so much CPU. With a limit they may use `quota × period` in each
 * period. The least time begins just before the end of one, so that what two periods give is used at once.
 */
export function leastWallMs(cpuMs: number, threads: number, { allowed, quota }: CpuSupply): number {
  const atOnce = Math.min(threads, allowed);
  if (quota === null || quota.cpus >= atOnce) return cpuMs / atOnce;
  const perPeriod = quota.cpus * quota.periodMs;
  const periods = Math.max(0, Math.ceil(cpuMs / perPeriod) - 2);
  return periods * quota.periodMs + (cpuMs - periods * perPeriod) / atOnce;
}
