import type { Clock } from '../measurement/clock.ts';
import { Alarm } from './alarm.ts';
import { NOT_YET, type Pace } from './pace.ts';

export class PacedSource {
  readonly #pace: Pace;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  #closed = false;

  /** @param wake called when it is worth asking again after NOT_YET */
  constructor(pace: Pace, clock: Clock, wake: () => void) {
    this.#pace = pace;
    this.#clock = clock;
    this.#alarm = new Alarm(wake);
  }

  /** A position; −1 when there is none left; NOT_YET: `wake` will be called. */
  readonly next = (): number => {
    if (this.#closed) return -1;
    const now = this.#clock();
    const position = this.#pace.take(now);
    if (position === NOT_YET) this.#alarm.setIn(this.#pace.waitNs(now));
    return position;
  };

  close(): void {
    this.#closed = true;
    this.#alarm.clear();
  }
}
