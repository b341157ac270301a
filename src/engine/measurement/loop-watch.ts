import type { LoopTrace } from '../../core/documents/breakdown.ts';
import { NS_PER_MS } from '../../core/units.ts';
import type { Clock } from './clock.ts';

const EVERY_MS = 10;
/** Two minutes of turns; a longer trial is watched for so long. */
const MAX_TURNS = 12_000;

/**
 * Notes how late the event loop of this thread comes to a timer, turn by turn. Timers of Node count whole
 * milliseconds: less than one of delay means none.
 *
 * How long the loop waits is not noted: Node's own account of that (`idleTime`, and with it
 * `eventLoopUtilization`) loses what was waited before each signal, and a CPU profiler sends a thousand of them a
 * second: Node 20 took an idle thread for 96% busy. The samples say it better.
 */
export class LoopWatch {
  readonly #clock: Clock;
  // All its memory beforehand: it must not cause collections in what it watches.
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
    // Up to a millisecond early it is on time.
    this.#dueNs[this.#turns] = Math.min(dueNs, now);
    this.#delayNs[this.#turns] = Math.max(0, now - dueNs);
    this.#turns++;
    if (this.#turns === MAX_TURNS) return;
    this.#setNs = now;
    this.#timer.refresh();
  }
}
