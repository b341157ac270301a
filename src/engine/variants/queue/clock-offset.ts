import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { NS_PER_MS, NS_PER_S } from '../../../core/units.ts';
import type { Clock } from '../../measurement/clock.ts';

const ROUND_TRIPS = 200;

/** How the clock of a process lies to that of the queue server. */
export interface ClockOffset {
  /** Processes with the same have the same clock; null where the system does not tell. */
  readonly boot: string | null;
  /** From process.hrtime() to the server’s TIME, ns, and at most so much off, ms. */
  readonly serverNs: number;
  readonly errorMs: number;
}

/** By the narrowest of many round trips. A step of either clock later is not noticed; drift is some ms in a minute. */
export async function readClockOffset(client: Redis, clock: Clock): Promise<ClockOffset> {
  let narrowest = Number.POSITIVE_INFINITY;
  let serverNs = 0;
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const before = clock();
    const [seconds, microseconds] = await client.time();
    const after = clock();
    if (after - before >= narrowest) continue;
    narrowest = after - before;
    serverNs = Number(seconds) * NS_PER_S + Number(microseconds) * 1_000 - (before + after) / 2;
  }
  return { boot: bootId(), serverNs, errorMs: narrowest / 2 / NS_PER_MS };
}

/** What to add to times of `there` for them to be on the clock of `here`. */
export function shiftOf(there: ClockOffset, here: ClockOffset): { ns: number; errorMs: number } {
  if (there.boot !== null && there.boot === here.boot) return { ns: 0, errorMs: 0 };
  return { ns: there.serverNs - here.serverNs, errorMs: there.errorMs + here.errorMs };
}

/** Of the kernel: its processes share the clock of process.hrtime(), those in containers as well. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return null;
  }
}
