import type { LoopTrace } from '../types/block-trace.ts';
import type { Clock } from './clock.ts';
import { loopIdleMs } from './flight-watch.ts';

const EVERY_MS = 10;
const NS_PER_MS = 1e6;
/** Two minutes of turns; a longer block is watched for so long. */
const MOST_TURNS = 12_000;

/**
 * Notes how late the event loop of this thread comes to a timer, and which share of the time it did not wait,
 * turn by turn. Timers of Node count whole milliseconds: less than one of delay means none.
 */
export class LoopWatch {
  readonly #clock: Clock;
  /** What the loop has waited so far, ms. */
  readonly #idleMs: () => number;
  readonly #startNs: number;
  // All its memory beforehand: it must not cause collections in what it watches.
  readonly #dueNs = new Float64Array(MOST_TURNS);
  readonly #delayNs = new Float64Array(MOST_TURNS);
  readonly #busy = new Float64Array(MOST_TURNS);
  readonly #timer: NodeJS.Timeout;
  #turns = 0;
  #setNs: number;
  #turnNs: number;
  #idleBefore: number;

  constructor(clock: Clock, idleMs: () => number = loopIdleMs) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#startNs = clock();
    this.#setNs = this.#startNs;
    this.#turnNs = this.#startNs;
    this.#idleBefore = idleMs();
    this.#timer = setTimeout(() => this.#turn(), EVERY_MS);
  }

  stop(): LoopTrace {
    clearTimeout(this.#timer);
    const noted = (column: Float64Array) => Array.from(column.subarray(0, this.#turns));
    return {
      startNs: this.#startNs,
      dueNs: noted(this.#dueNs),
      delayNs: noted(this.#delayNs),
      busy: noted(this.#busy),
    };
  }

  #turn(): void {
    const now = this.#clock();
    const idle = this.#idleMs();
    const dueNs = this.#setNs + EVERY_MS * NS_PER_MS;
    const turn = this.#turns++;
    this.#dueNs[turn] = Math.min(dueNs, now);
    this.#delayNs[turn] = Math.max(0, now - dueNs);
    const waited = ((idle - this.#idleBefore) * NS_PER_MS) / (now - this.#turnNs);
    this.#busy[turn] = Math.min(1, Math.max(0, 1 - waited));
    this.#turnNs = now;
    this.#idleBefore = idle;
    if (this.#turns === MOST_TURNS) return;
    this.#setNs = now;
    this.#timer.refresh();
  }
}
