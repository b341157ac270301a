import type { LoopTrace } from '../../core/documents/breakdown.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { Clock } from './clock.ts';

const EVERY_MS = 10;
/** Two minutes of turns; of a longer trial only these are watched. */
const MAX_TURNS = 12_000;

/**
 * Records how late this thread's event loop serves a timer, in whole milliseconds. Node's own `idleTime` is not used:
 * it loses what was waited before each signal, and a CPU profiler sends a thousand per second.
 */
export class LoopWatch {
  readonly #clock: Clock;
  // Allocated beforehand: it must not cause collections in what it measures.
  readonly #dueNs = new Float64Array(MAX_TURNS);
  readonly #delayNs = new Float64Array(MAX_TURNS);
  readonly #timer: NodeJS.Timeout;
  #turns = 0;
  #setNs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#setNs = clock();
    this.#timer = setTimeout(() => this.#turn(), EVERY_MS);
  }

  stop(): LoopTrace {
    clearTimeout(this.#timer);
    const noted = (column: Float64Array) => Array.from(column.subarray(0, this.#turns));
    return { dueNs: noted(this.#dueNs), delayNs: noted(this.#delayNs) };
  }

  #turn(): void {
    const now = this.#clock();
    const dueNs = this.#setNs + EVERY_MS * NS_PER_MS;
    // Up to 1 ms early counts as on time.
    this.#dueNs[this.#turns] = Math.min(dueNs, now);
    this.#delayNs[this.#turns] = Math.max(0, now - dueNs);
    this.#turns++;
    if (this.#turns === MAX_TURNS) return;
    this.#setNs = now;
    this.#timer.refresh();
  }
}
