import { NS_PER_S } from '../../core/units.ts';

/** How far behind its pace a gate catches up: timers come up to 2 ms late, and 1,000/s would come out as 500. */
const CATCH_UP_S = 0.005;

/** Gaps of at least this length are never shortened: a limiter without a burst refuses what comes closer. */
const MIN_EVEN_GAP_S = 0.005;

/**
 * Limits starts per second over all threads of a runner: virtual scheduling form of the generic cell rate
 * algorithm (ITU-T I.371, Annex A), without a burst. Its only state is the time of the next slot, ns on
 * process.hrtime(), in shared memory. With c caught up at most and slots g apart, a second holds at most (1 + c)/g
 * starts: R with g = (1 + c)/R. Up to 200 per second c is 0; above, the limit is reached to within half a percent.
 */
export class RateGate {
  readonly buffer: SharedArrayBuffer;
  readonly #next: BigInt64Array;
  readonly #catchUpNs: number;
  readonly #gapNs: number;

  constructor(perSecond: number, buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(8);
    this.#next = new BigInt64Array(this.buffer);
    const catchUpS = 1 / perSecond >= MIN_EVEN_GAP_S ? 0 : CATCH_UP_S;
    this.#catchUpNs = catchUpS * NS_PER_S;
    this.#gapNs = ((1 + catchUpS) / perSecond) * NS_PER_S;
  }

  /** No start before a whole gap from now: what came before may have started a moment ago. */
  reset(nowNs: number): void {
    Atomics.store(this.#next, 0, toBigInt(nowNs + this.#gapNs));
  }

  /** Takes the next slot if it is due. False: wait for `waitNs`, and try again. */
  take(nowNs: number): boolean {
    let next = Atomics.load(this.#next, 0);
    for (;;) {
      if (nowNs < Number(next)) return false;
      const from = Math.max(Number(next), nowNs - this.#catchUpNs);
      const seen = Atomics.compareExchange(this.#next, 0, next, toBigInt(from + this.#gapNs));
      if (seen === next) return true;
      next = seen;
    }
  }

  /** Until the next slot, ns; 0 or less if it is due. */
  waitNs(nowNs: number): number {
    return Number(Atomics.load(this.#next, 0)) - nowNs;
  }
}

/** Rounded up: a gap is never shorter than asked for. */
function toBigInt(ns: number): bigint {
  return BigInt(Math.ceil(ns));
}
