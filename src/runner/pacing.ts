import { setTimeout as pause } from 'node:timers/promises';
import type { RunSpec } from '../core/documents/spec.ts';
import { NS_PER_MS } from '../core/units.ts';
import type { Clock } from '../engine/measurement/clock.ts';
import { RateGate } from '../engine/measurement/rate-gate.ts';
import { Schedule } from '../engine/measurement/schedule.ts';
import type { SharedState } from '../engine/measurement/shared-state.ts';
import type { PaceData } from '../engine/variants/pace.ts';
import { fillArrivals } from '../workload/arrivals.ts';

/** From the start of a trial until its first job can be due, so that every thread is at its post by then. */
const LEAD_NS = 20 * NS_PER_MS;

/** Interval of the check whether the run was stopped, ms. */
const LOOK_MS = 100;

/** The runner's part in a pace: it makes the memory that its threads share, and begins each trial. */
export interface Pacing {
  readonly data: PaceData;
  /** Null for a closed loop. */
  readonly schedule: Schedule | null;
  /** Before the threads make ready for a trial. */
  reset(round: number): void;
  /** When they are ready: resolves as soon as the first job may start, or the trial is stopped. */
  ready(): Promise<void>;
  /** Begins the trial, and says when its first job may be due, ns. */
  begin(nowNs: number): number;
}

/** Null where jobs start as soon as a slot is free. */
export function pacingOf(spec: RunSpec, state: SharedState, clock: Clock): Pacing | null {
  const { load } = spec;
  if (load.kind === 'open') return new SchedulePacing(spec, load);
  return load.rateLimit === null ? null : new LimitPacing(load.rateLimit, state, clock);
}

class SchedulePacing implements Pacing {
  readonly schedule: Schedule;
  readonly data: PaceData;
  readonly #load: RunSpec['load'] & { kind: 'open' };
  readonly #seed: number;

  constructor({ jobs, seed, timeoutMs }: RunSpec, load: RunSpec['load'] & { kind: 'open' }) {
    const giveUpNs = timeoutMs * NS_PER_MS;
    this.schedule = new Schedule(jobs, giveUpNs);
    this.data = { kind: 'schedule', shared: this.schedule.buffer, giveUpNs };
    this.#load = load;
    this.#seed = seed;
  }

  reset(round: number): void {
    fillArrivals(this.schedule.offsets, this.#load, this.#seed, round);
  }

  async ready(): Promise<void> {}

  begin(nowNs: number): number {
    this.schedule.begin(nowNs + LEAD_NS);
    return nowNs + LEAD_NS;
  }
}

class LimitPacing implements Pacing {
  readonly schedule = null;
  readonly data: PaceData;
  readonly #gate: RateGate;
  readonly #state: SharedState;
  readonly #clock: Clock;

  constructor(perSecond: number, state: SharedState, clock: Clock) {
    this.#gate = new RateGate(perSecond);
    this.#state = state;
    this.#clock = clock;
    this.data = { kind: 'limit', shared: this.#gate.buffer, perSecond };
  }

  /** Whatever ran before, in another variant's process even, ended before this. */
  reset(): void {
    this.#gate.reset(this.#clock());
  }

  async ready(): Promise<void> {
    for (let wait = this.#waitMs(); wait > 0 && !this.#state.stopped; wait = this.#waitMs()) {
      await pause(Math.min(LOOK_MS, Math.ceil(wait)));
    }
  }

  begin(nowNs: number): number {
    return nowNs;
  }

  #waitMs(): number {
    return this.#gate.waitNs(this.#clock()) / NS_PER_MS;
  }
}
