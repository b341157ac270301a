import type { SentInput } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import type { RateGate } from '../measurement/rate-gate.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { Alarm } from './alarm.ts';

interface Task {
  readonly position: number;
  readonly sent: SentInput | null;
  readonly resolve: (value: unknown) => void;
}

type RunOne = (position: number, sent: SentInput | null) => Promise<unknown>;

/** Tasks that a pool has handed to this thread, each held back until the rate limit lets it start. */
export class GatedTasks {
  readonly #gate: RateGate;
  readonly #state: SharedState;
  readonly #clock: Clock;
  readonly #runOne: RunOne;
  readonly #held: Task[] = [];
  readonly #alarm = new Alarm(() => this.#serve());

  constructor(gate: RateGate, state: SharedState, clock: Clock, runOne: RunOne) {
    this.#gate = gate;
    this.#state = state;
    this.#clock = clock;
    this.#runOne = runOne;
  }

  /** Resolves when the job has settled; at once, without having run it, if the trial was stopped. */
  run(position: number, sent: SentInput | null): Promise<unknown> {
    return new Promise((resolve) => {
      this.#held.push({ position, sent, resolve });
      this.#serve();
    });
  }

  #serve(): void {
    while (this.#held.length > 0) {
      const stopped = this.#state.stopped;
      const now = this.#clock();
      if (!stopped && !this.#gate.take(now)) {
        this.#alarm.setIn(this.#gate.waitNs(now));
        return;
      }
      const { position, sent, resolve } = this.#held.shift()!;
      if (stopped) resolve(undefined);
      else void this.#runOne(position, sent).then(resolve);
    }
  }
}
