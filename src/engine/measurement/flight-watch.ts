import { performance } from 'node:perf_hooks';
import type { FlightIdle } from '../../core/documents/breakdown.ts';
import type { Clock } from './clock.ts';

/** Time that this thread's event loop has waited for events so far, ms: the cheapest reading. */
export function loopIdleMs(): number {
  return performance.nodeTiming.idleTime;
}

/** How long this thread's loop waited without a job in flight; read when the first job comes and the last one goes. */
export class FlightWatch {
  readonly #clock: Clock;
  readonly #idleMs: () => number;
  readonly #startIdleMs: number;
  #inFlight = 0;
  #idleAtEdge: number;
  #first = true;
  #beforeMs = 0;
  #betweenMs = 0;
  #firstNs = 0;
  #lastNs = 0;

  constructor(clock: Clock, idleMs: () => number = loopIdleMs) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#startIdleMs = idleMs();
    this.#idleAtEdge = this.#startIdleMs;
  }

  enter(): void {
    if (this.#inFlight++ > 0) return;
    const waited = this.#idleMs() - this.#idleAtEdge;
    if (this.#first) {
      this.#first = false;
      this.#beforeMs = waited;
      this.#firstNs = this.#clock();
    } else {
      this.#betweenMs += waited;
    }
  }

  leave(): void {
    if (--this.#inFlight > 0) return;
    this.#idleAtEdge = this.#idleMs();
    this.#lastNs = this.#clock();
  }

  read(): FlightIdle {
    const idleMs = this.#idleMs();
    return {
      beforeMs: this.#first ? idleMs - this.#startIdleMs : this.#beforeMs,
      betweenMs: this.#betweenMs,
      afterMs: this.#first ? 0 : idleMs - this.#idleAtEdge,
      firstNs: this.#firstNs,
      lastNs: this.#lastNs,
    };
  }
}
