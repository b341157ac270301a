import { RateGate } from '../measurement/rate-gate.ts';
import { Schedule } from '../measurement/schedule.ts';
import type { SharedState } from '../measurement/shared-state.ts';
import { NOT_YET, type Pace, type PaceData } from './pace.ts';

export function openPace(data: PaceData, state: SharedState): Pace {
  switch (data.kind) {
    case 'schedule':
      return new ScheduledPace(state, new Schedule(state.jobs, data.giveUpNs, data.shared));
    case 'limit':
      return new LimitedPace(state, new RateGate(data.perSecond, data.shared));
  }
}

/** Pace of rehearsals in a process that receives its jobs when they are due; null without a rate limit. */
export function rehearsalPace(perSecond: number | null): {
  readonly gate: RateGate | null;
  readonly pace: PaceData | null;
} {
  if (perSecond === null) return { gate: null, pace: null };
  const gate = new RateGate(perSecond);
  return { gate, pace: { kind: 'limit', shared: gate.buffer, perSecond, rehearsalsOnly: true } };
}

/**
 * An open loop. A turn is taken only when it is due, by whichever thread is there first: a thread that took it
 * beforehand could be busy, or dead, at that moment while another has a free slot.
 */
class ScheduledPace implements Pace {
  readonly #state: SharedState;
  readonly #schedule: Schedule;

  constructor(state: SharedState, schedule: Schedule) {
    this.#state = state;
    this.#schedule = schedule;
  }

  take(nowNs: number): number {
    const state = this.#state;
    if (state.stopped || this.#schedule.isOver(nowNs)) return -1;
    for (let turn = state.nextTurn; turn < state.jobs; turn = state.nextTurn) {
      if (nowNs < this.#schedule.dueNs(turn)) return NOT_YET;
      const position = state.takeTurn(turn);
      if (position >= 0) return position;
    }
    return -1;
  }

  waitNs(nowNs: number): number {
    const turn = this.#state.nextTurn;
    return turn < this.#state.jobs ? this.#schedule.dueNs(turn) - nowNs : 0;
  }
}

/** A closed loop with a limit on starts per second. */
class LimitedPace implements Pace {
  readonly #state: SharedState;
  readonly #gate: RateGate;

  constructor(state: SharedState, gate: RateGate) {
    this.#state = state;
    this.#gate = gate;
  }

  take(nowNs: number): number {
    // First of all: the end of the plan must not wait for a slot.
    if (this.#state.exhausted) return -1;
    return this.#gate.take(nowNs) ? this.#state.takePosition() : NOT_YET;
  }

  waitNs(nowNs: number): number {
    return this.#gate.waitNs(nowNs);
  }
}
