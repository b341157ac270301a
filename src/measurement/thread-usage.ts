import { readFileSync, readlinkSync } from 'node:fs';

/** What the kernel has charged one thread since it started. */
export interface ThreadUsage {
  /** On a CPU, ms. */
  readonly cpuMs: number;
  /** The same in the program and in the kernel, ms; null where the system does not tell them apart. */
  readonly userMs: number | null;
  readonly systemMs: number | null;
  /** Ready to run, and waiting for a CPU, ms: time that others took. */
  readonly waitMs: number;
  /** Given up a CPU to wait for something. */
  readonly voluntarySwitches: number;
  /** Taken off a CPU in favour of something else. */
  readonly involuntarySwitches: number;
}

/**
 * Reads the usage of the thread that it is made in; null where the system does not tell (anything but Linux).
 * `process.cpuUsage` speaks for all threads together, and `process.threadCpuUsage` is missing in Node 20;
 * schedstat is there for every thread, in nanoseconds. See the kernel's Documentation/scheduler/sched-stats.rst.
 */
export function createThreadUsageReader(): () => ThreadUsage | null {
  const folder = threadFolder();
  if (folder === null) return () => null;
  return () => {
    try {
      return parseThreadUsage(
        readFileSync(`${folder}/schedstat`, 'latin1'),
        readFileSync(`${folder}/status`, 'latin1'),
      );
    } catch {
      return null;
    }
  };
}

/** `schedstat` is 'ns on a CPU, ns waiting, timeslices'; null if the texts are not what they should be. */
export function parseThreadUsage(schedstat: string, status: string): ThreadUsage | null {
  const [onCpu, waiting] = schedstat.trim().split(' ').map(Number);
  const voluntary = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1];
  const involuntary = /^nonvoluntary_ctxt_switches:\s*(\d+)/m.exec(status)?.[1];
  if (!Number.isFinite(onCpu) || !Number.isFinite(waiting)) return null;
  if (voluntary === undefined || involuntary === undefined) return null;
  return {
    cpuMs: onCpu! / 1e6,
    userMs: null,
    systemMs: null,
    waitMs: waiting! / 1e6,
    voluntarySwitches: Number(voluntary),
    involuntarySwitches: Number(involuntary),
  };
}

function threadFolder(): string | null {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`;
  } catch {
    return null;
  }
}
