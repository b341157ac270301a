import type { StartTurn } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import type { RateGate } from '../measurement/rate-gate.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { Alarm } from './alarm.ts';

/**
 * Starts that the rate limit holds back, first come, first served: tasks that a pool has handed to this thread, and
 * requests that are sent again.
 */
export class GatedTurns {
  readonly #gate: RateGate;
  readonly #state: SharedState;
  readonly #clock: Clock;
  readonly #held = new Set<() => void>();
  readonly #alarm = new Alarm(() => this.#serve());

  constructor(gate: RateGate, state: SharedState, clock: Clock) {
    this.#gate = gate;
    this.#state = state;
    this.#clock = clock;
  }

  /** Whether nobody waits: a new job does not go before what waits. */
  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** Calls `start` in its turn; at once if the trial was stopped. */
  readonly take: StartTurn = (start) => {
    this.#held.add(start);
    this.#serve();
    return () => this.#held.delete(start);
  };

  #serve(): void {
    for (const start of this.#held) {
      const now = this.#clock();
      if (!this.#state.stopped && !this.#gate.take(now)) {
        this.#alarm.setIn(this.#gate.waitNs(now));
        return;
      }
      this.#held.delete(start);
      start();
    }
  }
}
