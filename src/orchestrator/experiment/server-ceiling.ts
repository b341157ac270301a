import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { RunSpec, WorkloadSettings } from '../../core/documents/spec.ts';
import { minRoundsToClaim } from '../../core/statistics/sign-flip.ts';
import type { EmbeddedServer } from '../server/embedded-server.ts';
import { type ServerUsage, usageBetween } from '../server/usage.ts';

type ServerCeiling = NonNullable<RunRecord['server']['ceiling']>;

const CONNECTIONS = 64;
/**
 * Not counted: until V8 has compiled all that answers a request, one costs up to ten times as much. That takes
 * some 4,000 of them. (It also spares the first rounds of the run a server that is still getting faster.)
 */
const WARM_UP: Burst = { minMs: 0, minRequests: 5_000, maxMs: 3_000 };
/** Disturbances only make a server slower: the best of a few short bursts is closest to its ceiling. */
const BURSTS = 3;
const BURST: Burst = { minMs: 100, minRequests: 300, maxMs: 1_000 };
/** Time limit for requests in flight at the end of a burst; a payload of many megabytes takes longer. */
const DRAIN_MS = 1_000;
/** Of fewer requests the time of one is not known. */
const MIN_REQUESTS = 100;

type Settings = Pick<WorkloadSettings, 'keepAlive' | 'payloadBytes' | 'protocol' | 'tls'>;

/** Of larger payloads too few get through in so short a time. */
const LARGEST_BYTES = 1_000_000;

/** False for a first look that has fewer jobs than the probe has requests. */
export function isWorthProbing({
  rounds,
  jobs,
  variants,
}: Pick<RunSpec, 'rounds' | 'jobs' | 'variants'>): boolean {
  if (rounds === null) return true;
  const pairs = (variants.length * (variants.length - 1)) / 2;
  return (
    rounds >= minRoundsToClaim(Math.max(1, pairs)) || rounds * jobs * variants.length >= WARM_UP.minRequests
  );
}

/** What the embedded server could answer: the best of three bursts without latency. Null: unknown. Never rejects. */
export async function probeCeiling(
  server: Pick<EmbeddedServer, 'url' | 'certificate' | 'usage'>,
  { keepAlive, payloadBytes, protocol, tls }: Settings,
  signal: AbortSignal,
): Promise<ServerCeiling | null> {
  if (payloadBytes !== null && payloadBytes > LARGEST_BYTES) return null;
  // Only here, and only now: this process sends no other request.
  const { Pool } = await import('undici');
  const isHttp2 = tls && keepAlive && protocol !== null && protocol !== 'h1';
  const pool = new Pool(server.url, {
    ...(isHttp2
      ? { connections: 1, pipelining: CONNECTIONS, allowH2: true }
      : { connections: CONNECTIONS, pipelining: 1, allowH2: false }),
    connect: server.certificate === null ? {} : { ca: server.certificate },
  });
  const size = payloadBytes === null ? '' : `&size=${payloadBytes}`;
  const request = { path: `/api/users/1?latency=0${size}`, method: 'GET', reset: !keepAlive } as const;
  try {
    if (!(await burst(pool, request, WARM_UP, signal))) return null;
    let best: ServerCeiling | null = null;
    for (let i = 0; i < BURSTS; i++) {
      const before = await server.usage();
      const startedAt = performance.now();
      const settled = await burst(pool, request, BURST, signal);
      const elapsedMs = performance.now() - startedAt;
      const seen = settled ? ceilingOf(before, await server.usage(), elapsedMs) : null;
      if (seen !== null && seen.requestsPerSecond > (best?.requestsPerSecond ?? 0)) best = seen;
    }
    return best;
  } catch {
    // The server has ended (see `server-lost`) or does not answer.
    return null;
  } finally {
    await pool.destroy();
  }
}

/** The lesser of the loop's active time and CPU time is nearest to what a request takes of the loop itself. */
export function ceilingOf(before: ServerUsage, after: ServerUsage, elapsedMs: number): ServerCeiling | null {
  const { requests, cpuUserMs, cpuSystemMs, eventLoopActiveMs } = usageBetween(before, after);
  const cpuMs = cpuUserMs + cpuSystemMs;
  const busyMs = Math.min(cpuMs, eventLoopActiveMs);
  if (requests < MIN_REQUESTS || busyMs <= 0 || elapsedMs <= 0) return null;
  return {
    requestsPerSecond: (requests / busyMs) * 1000,
    cpuMsPerRequest: cpuMs / requests,
    eventLoopUtilization: Math.min(1, eventLoopActiveMs / elapsedMs),
  };
}

/** Requests until both of the first are reached, or the last. */
interface Burst {
  readonly minMs: number;
  readonly minRequests: number;
  readonly maxMs: number;
}

/** False if its requests were not over soon after it, or one was refused. */
async function burst(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { minMs, minRequests, maxMs }: Burst,
  signal: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now();
  let sent = 0;
  const goesOn = () => {
    const ms = performance.now() - startedAt;
    return (ms < minMs || sent < minRequests) && ms < maxMs && !signal.aborted;
  };
  const slots = Array.from({ length: CONNECTIONS }, async () => {
    while (goesOn()) {
      sent++;
      await send(pool, request);
    }
  });
  const limit = new AbortController();
  const late = pause(maxMs + DRAIN_MS, false, { signal: limit.signal, ref: false }).catch(() => false);
  try {
    return await Promise.race([Promise.all(slots).then(() => !signal.aborted), late]);
  } catch {
    return false;
  } finally {
    limit.abort();
    // Those that are still on their way are rejected when the pool is destroyed.
    Promise.all(slots).catch(() => {});
  }
}

function send(pool: Dispatcher, request: Dispatcher.DispatchOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd: () => resolve(),
      onResponseError: (_, error) => reject(error),
    });
  });
}
