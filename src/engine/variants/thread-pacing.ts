import type { SentInput } from '../../workload/workload.ts';
import type { Clock } from '../measurement/clock.ts';
import { RateGate } from '../measurement/rate-gate.ts';
import { Schedule } from '../measurement/schedule.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { GatedTurns } from './gated-turns.ts';
import { openPace } from './open-pace.ts';
import { NOT_YET, type Pace, type PaceData } from './pace.ts';
import { PacedSource } from './paced-source.ts';
import type { Slots } from './slots.ts';

/** Null without a rate limit. */
export function turnsOf(data: PaceData, state: SharedState, clock: Clock): GatedTurns | null {
  if (data.kind !== 'limit') return null;
  return new GatedTurns(new RateGate(data.perSecond, data.shared), state, clock);
}

/** How one thread keeps to the pace of a run that has one. A plain closed loop has none of this. */
export class ThreadPacing {
  readonly #state: SharedState;
  readonly #clock: Clock;
  readonly #slots: Slots;
  readonly #pace: Pace;
  readonly #gate: RateGate | null;
  readonly #schedule: Schedule | null;
  readonly #turns: GatedTurns | null;
  readonly #holdsTasks: boolean;

  constructor(data: PaceData, state: SharedState, clock: Clock, slots: Slots, turns: GatedTurns | null) {
    this.#state = state;
    this.#clock = clock;
    this.#slots = slots;
    this.#pace = openPace(data, state);
    this.#gate = data.kind === 'limit' ? new RateGate(data.perSecond, data.shared) : null;
    this.#schedule = data.kind === 'schedule' ? new Schedule(state.jobs, data.giveUpNs, data.shared) : null;
    this.#turns = turns;
    this.#holdsTasks = data.kind === 'limit' && data.rehearsalsOnly !== true;
  }

  /** Whether jobs that have not started by now never will. */
  get isOver(): boolean {
    return this.#schedule?.isOver(this.#clock()) ?? false;
  }

  runPlan(): Promise<void> {
    const [pace, turns] = [this.#pace, this.#turns];
    if (turns === null) return this.#drain(pace);
    return this.#drain({
      // The end of the plan is no turn.
      take: (nowNs) => (turns.isEmpty || this.#state.exhausted ? pace.take(nowNs) : NOT_YET),
      waitNs: (nowNs) => pace.waitNs(nowNs),
    });
  }

  /** A task of a pool. On a schedule whoever submitted it has waited until it was due. */
  runJob(position: number, sent: SentInput | null): Promise<unknown> | undefined {
    const turns = this.#turns;
    if (turns !== null && this.#holdsTasks) {
      return new Promise((resolve) => {
        turns.take(() => resolve(this.#state.stopped ? undefined : this.#slots.runOne(position, sent)));
      });
    }
    return this.isOver ? undefined : this.#slots.runOne(position, sent);
  }

  /** A rehearsal within the rate limit; it keeps to no schedule. */
  rehearse(count: number): Promise<void> {
    const gate = this.#gate;
    if (gate === null) return this.#slots.rehearse(count);
    return this.#slots.rehearse(count, (next) =>
      this.#drain({
        take: (nowNs) => (this.#state.stopped || gate.take(nowNs) ? next() : NOT_YET),
        waitNs: (nowNs) => gate.waitNs(nowNs),
      }),
    );
  }

  async #drain(pace: Pace): Promise<void> {
    const source = new PacedSource(pace, this.#clock, () => this.#slots.refill());
    await this.#slots.drain(source.next);
    source.close();
  }
}
