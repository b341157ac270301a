import { NS_PER_MS } from '../../core/units.ts';

/** Longest time between two checks whether the run was stopped, ms. */
const LOOK_MS = 100;

/** One timer per thread. It calls back within 1 ms of the time, or after `LOOK_MS`: who is called checks the clock. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** An alarm that is set stays: what waits comes in order, so a later time is never the nearer one. */
  setIn(waitNs: number): void {
    // To the nearest millisecond, the step of Node's timers: half as late as the next one above.
    const ms = Math.min(LOOK_MS, Math.max(1, Math.round(waitNs / NS_PER_MS)));
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#ring();
    }, ms);
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
