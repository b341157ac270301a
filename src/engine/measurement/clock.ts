import { NS_PER_MS } from '../../core/units.ts';

/** Nanoseconds on the clock of process.hrtime(), the same in every thread and process of a machine. */
export type Clock = () => number;

const OFFSET_TRIES = 16;

/**
 * `performance.now()` is the cheapest clock Node has, but its origin differs in every thread. This takes the
 * offset to `process.hrtime` once, as the reading with the narrowest bracket of several, and returns a clock
 * in nanoseconds as float64 (at ten days of uptime a float64 still resolves 0.125 ns).
 */
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
  const base = offset;
  return () => performance.now() * NS_PER_MS + base;
}

/**
 * One instant on both clocks: that of process.hrtime(), ns, and wall time, ms since 1970. Wall time is that of
 * the process's start, which Node knows to the microsecond, and what has passed since on the steady clock:
 * `Date.now()` has whole milliseconds only.
 */
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
