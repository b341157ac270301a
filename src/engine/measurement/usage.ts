import { readFileSync, writeFileSync } from 'node:fs';
import { mean } from '../../core/statistics/mean.ts';
import { US_PER_MS } from '../../core/units.ts';

/** What the operating system charged to this process, all threads together. */
export interface Usage {
  readonly userMs: number;
  readonly systemMs: number;
  /** High-water mark of the resident set since `resetPeakRss`, or since the process began; bytes. */
  readonly peakRssBytes: number;
}

/**
 * Lets the high-water mark begin anew (Linux: proc(5), /proc/pid/clear_refs, value 5). Elsewhere, or where it
 * is not allowed, the mark stays that of the whole process.
 */
export function resetPeakRss(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed.
  }
}

export function readUsage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  // Microseconds and kibibytes, by the documentation of process.resourceUsage().
  return {
    userMs: userCPUTime / US_PER_MS,
    systemMs: systemCPUTime / US_PER_MS,
    peakRssBytes: (highWaterKib() ?? maxRSS) * 1024,
  };
}

/** Of this process since it began. */
export function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / US_PER_MS;
}

export interface Memory {
  readonly rssBytes: number;
  /** Null where the system does not report it (anything but Linux). */
  readonly pssBytes: number | null;
}

export function readMemory(): Memory {
  return { rssBytes: process.memoryUsage.rss(), pssBytes: readPss() };
}

/** Each null unless all report it. */
export function meanMemory(all: readonly Memory[]): {
  readonly rssBytes: number | null;
  readonly pssBytes: number | null;
} {
  if (all.length === 0) return { rssBytes: null, pssBytes: null };
  const pss = all.flatMap(({ pssBytes }) => pssBytes ?? []);
  return {
    rssBytes: mean(all.map(({ rssBytes }) => rssBytes)),
    pssBytes: pss.length < all.length ? null : mean(pss),
  };
}

function readPss(): number | null {
  try {
    const found = /^Pss:\s*(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'latin1'))?.[1];
    return found === undefined ? null : Number(found) * 1024;
  } catch {
    return null;
  }
}

/** CPU between two readings, and the peak of the latter. */
export function usageSince(before: Usage, after: Usage): Usage {
  return {
    ...after,
    userMs: after.userMs - before.userMs,
    systemMs: after.systemMs - before.systemMs,
  };
}

/** getrusage() never forgets a peak; VmHWM does, when it is told to. */
function highWaterKib(): number | null {
  try {
    const found = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}
