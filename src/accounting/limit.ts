import { median } from '../statistics/quantile.ts';
import type { Limit } from '../types/run-record.ts';

/** The jobs of a block, ms. */
export interface JobLoad {
  /** One after another. */
  readonly totalMs: number;
  readonly longestMs: number;
}

export interface LimitInput {
  /** How long the jobs of the plan take by themselves: of one or more blocks. */
  readonly loads: readonly JobLoad[];
  /** Jobs in flight at once. */
  readonly concurrency: number;
  /** CPU of the threads that run jobs, ms; null where unknown. */
  readonly cpuMs: number | null;
  readonly threads: number;
  /** CPU of all that works for the jobs on this machine, the server if it is here, ms; null where unknown. */
  readonly machineCpuMs: number | null;
  readonly cpus: number;
  /** Requests of the plan, and how many a second the server answers at most; null where that is unknown. */
  readonly requests: number;
  readonly requestsPerSecond: number | null;
  /** Typical wall, ms. */
  readonly wallMs: number;
}

/**
 * The shortest wall that perfect overlap could reach, by three bounds that no schedule beats: of `concurrency`
 * places each job takes one for as long as it lasts, so that the wall is at least the mean load of a place and
 * at least the longest job (Graham, "Bounds on multiprocessing timing anomalies", SIAM Journal on Applied
 * Mathematics 17 (1969)); a thread computes on one CPU at a time, and the machine on as many as it has; and the
 * server answers what it can.
 * The largest of them binds. Null if there is nothing to go by.
 *
 * The efficiency is left as it comes out: a little over 1 is noise, and more says that a figure is wrong.
 */
export function limitOf(input: LimitInput): Omit<Limit, 'reference'> | null {
  const { loads, concurrency, requests, requestsPerSecond } = input;
  const waits = loads.map(({ totalMs, longestMs }) => Math.max(longestMs, totalMs / concurrency));
  const waitsMs = median(waits) ?? 0;
  const cpuMs = Math.max(
    (input.cpuMs ?? 0) / Math.min(input.threads, input.cpus),
    (input.machineCpuMs ?? 0) / input.cpus,
  );
  const serverMs = requestsPerSecond === null ? null : (requests / requestsPerSecond) * 1_000;
  const wallMs = Math.max(waitsMs, cpuMs, serverMs ?? 0);
  if (!(wallMs > 0) || !(input.wallMs > 0)) return null;
  const binds = wallMs === waitsMs ? 'waits' : wallMs === cpuMs ? 'cpu' : 'server';
  return { wallMs, binds, waitsMs, cpuMs, serverMs, efficiency: wallMs / input.wallMs };
}
