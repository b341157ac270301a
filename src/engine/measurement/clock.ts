import { NS_PER_MS } from '../../core/units.ts';

/** Nanoseconds on the clock of process.hrtime(), the same in every thread and process of a machine. */
export type Clock = () => number;

const OFFSET_TRIES = 16;

/** In a worker on another machine: from its process.hrtime() to that of the runner, ns. */
export const CLOCK_SHIFT_VARIABLE = 'THREADMILL_CLOCK_SHIFT_NS';

/** A clock in ns like process.hrtime, from `performance.now()`, which is the cheapest; its offset is taken once. */
export function createClock(): Clock {
  let offset = 0;
  let narrowest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < OFFSET_TRIES; attempt++) {
    const before = Number(process.hrtime.bigint());
    const now = performance.now() * NS_PER_MS;
    const after = Number(process.hrtime.bigint());
    if (after - before < narrowest) {
      narrowest = after - before;
      offset = (before + after) / 2 - now;
    }
  }
  const base = offset + Number(process.env[CLOCK_SHIFT_VARIABLE] ?? 0);
  return () => performance.now() * NS_PER_MS + base;
}

/** One instant on both clocks: process.hrtime(), ns, and wall time, ms. `Date.now()` has whole milliseconds only. */
export function clockAnchor(clock: Clock = createClock()): { hrtimeNs: number; unixMs: number } {
  const hrtimeNs = clock();
  return { hrtimeNs, unixMs: performance.timeOrigin + performance.now() };
}

/** Smallest step between two different readings of the clock over `readings` tries, ns. */
export function clockResolutionNs(clock: Clock, readings = 10_000): number {
  let smallest = Number.POSITIVE_INFINITY;
  let previous = clock();
  for (let i = 0; i < readings; i++) {
    const now = clock();
    if (now > previous && now - previous < smallest) smallest = now - previous;
    previous = now;
  }
  return Number.isFinite(smallest) ? smallest : 0;
}
