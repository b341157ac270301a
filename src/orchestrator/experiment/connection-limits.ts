import { readFileSync } from 'node:fs';
import { descriptorLimit, raiseLimit } from '../../core/descriptors.ts';
import type { RunSpec } from '../../core/documents/spec.ts';
import { ThreadmillError } from '../../core/errors.ts';
import { overlaps, usesWorkers } from '../../core/variants.ts';

/** Descriptors of a runner besides its connections: 21 open, some for files that it reads and writes at times. */
const RUNNER_OWN = 48;
/** Of each of its worker threads: 5 open. */
const THREAD_OWN = 8;
/** Of the embedded server: 22 open. */
const SERVER_OWN = 32;
/** Local ports left to other programs. */
const PORTS_SHARE = 0.9;

export interface MachineLimits {
  readonly descriptors: number | null;
  /** Local ports, and so connections, to one address. */
  readonly ports: number | null;
}

export interface Connecting extends Pick<RunSpec, 'variants' | 'concurrency' | 'workers' | 'aa'> {
  /** Versions that take turns, the base twice: 3 with `--against`. */
  readonly versions: number;
  readonly keepAlive: boolean;
  /** To a server of ours, at one address of this machine. */
  readonly embedded: boolean;
}

export function readMachineLimits(): MachineLimits {
  return { descriptors: descriptorLimit(), ports: localPorts() };
}

/** Size of the range that the kernel takes local ports from; see ip(7). */
function localPorts(): number | null {
  try {
    const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1')
      .trim()
      .split(/\s+/)
      .map(Number);
    const ports = last! - first! + 1;
    return ports > 0 ? ports : null;
  } catch {
    return null;
  }
}

/**
 * Whether connections of waiting variants have to be closed: kept open, each takes a descriptor of the embedded
 * server and a local port.
 * @throws {ThreadmillError} 'limit-reached': a single variant needs more than there is
 */
export function mustCloseIdle(connecting: Connecting, limits: MachineLimits): boolean {
  const { variants, concurrency, workers, aa, versions, keepAlive, embedded } = connecting;
  const most = variants.some(overlaps) ? concurrency : 1;
  const threads = variants.some(usesWorkers) ? Math.min(workers, most) : 0;
  checkRunner(most, threads, limits.descriptors);
  if (embedded) checkPorts(most, limits.ports);
  if (!keepAlive) return false;
  const each = variants.map((name) => (overlaps(name) ? concurrency : 1));
  // The double of the baseline, which is the first.
  const all =
    versions * [...each, ...(aa ? [each[0]!] : [])].reduce((sum, connections) => sum + connections, 0);
  const ofServer = embedded ? (limits.descriptors ?? Number.POSITIVE_INFINITY) - SERVER_OWN : all;
  return all > Math.min(ofServer, PORTS_SHARE * (limits.ports ?? Number.POSITIVE_INFINITY));
}

function checkRunner(connections: number, threads: number, limit: number | null): void {
  const own = RUNNER_OWN + THREAD_OWN * threads;
  if (limit === null || connections + own <= limit) return;
  const possible = limit - own;
  throw new ThreadmillError(
    'limit-reached',
    `${connections} jobs in flight take about ${connections + own} open files in one process, and the limit here is ${limit}`,
    {
      advice: `${raiseLimit(connections + own)}; or give ${possible < 1 ? 'fewer --workers' : `--concurrency ${possible} or less`}.`,
    },
  );
}

function checkPorts(connections: number, ports: number | null): void {
  if (ports === null || connections <= ports) return;
  throw new ThreadmillError(
    'limit-reached',
    `${connections} jobs in flight need as many local ports, and this machine has ${ports}`,
    {
      advice: `Widen net.ipv4.ip_local_port_range, or give --concurrency ${Math.floor(PORTS_SHARE * ports)} or less.`,
    },
  );
}
