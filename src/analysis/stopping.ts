import type { RunRecord, VariantRecord } from '../core/documents/run-record.ts';
import { lookAtPrecision, nextLook, ratiosToFirst } from '../core/statistics/precision.ts';
import { median } from '../core/statistics/quantile.ts';
import { comparable, comparedMs, trialCpuMs, wallsByRound } from './comparable.ts';

/** More time for rounds that are too few to claim anything: up to this many times what was asked for. */
export const LONGEST = 5;

/** run.json holds every trial and is written after each: beyond this it would take longer than the trials. */
export const MAX_AUTO_ROUNDS = 200;

interface StoppingOptions {
  readonly now?: () => number;
  readonly decided?: (() => 'decided' | 'undecidable' | null) | null;
}

/**
 * Decides after each round whether there is another. Without a given number: until the intervals of the speedups are
 * narrow enough (see statistics/precision.ts) or time is up; at least `minRounds`, if they take no longer than five
 * times that time.
 */
export class StoppingRule {
  readonly #record: RunRecord;
  readonly #now: () => number;
  readonly #decided: (() => 'decided' | 'undecidable' | null) | null;
  readonly #startedAt: number;
  readonly #roundsMs: number[] = [];
  #lastEnd: number;
  #lookAt: number;

  /** @param decided says after each round, in place of the precision, whether there is nothing left to find out */
  constructor(record: RunRecord, { now = () => performance.now(), decided = null }: StoppingOptions = {}) {
    this.#record = record;
    this.#now = now;
    this.#decided = decided;
    this.#startedAt = now();
    this.#lastEnd = this.#startedAt;
    this.#lookAt = nextLook(0, this.#comparisons());
  }

  /** To be called after each round. False: that was the last one. */
  another(): boolean {
    const record = this.#record;
    const now = this.#now();
    this.#roundsMs.push(now - this.#lastEnd);
    this.#lastEnd = now;
    record.rounds.completed++;
    const { rounds } = record.spec;
    if (rounds !== null) return record.rounds.completed < rounds || this.#end('rounds');
    if (record.variants.every(({ state }) => state !== 'ready')) return this.#end('rounds');
    if (this.#decided) {
      const end = record.rounds.completed >= record.spec.minRounds ? this.#decided() : null;
      if (end !== null) return this.#end(end);
    } else if (record.rounds.completed >= this.#lookAt && this.#precise()) {
      return this.#end('precision');
    }
    if (record.rounds.completed >= MAX_AUTO_ROUNDS) return this.#end('rounds');
    return this.#remainingMs() >= median(this.#roundsMs)! || this.#end('max-time');
  }

  /** Time left of a run that decides by itself, ms. Null for a given number of rounds. */
  remainingMs(): number | null {
    const { rounds, spec } = this.#record;
    if (spec.rounds !== null) return null;
    const missing = Math.max(0, spec.minRounds - rounds.completed) * (median(this.#roundsMs) ?? 0);
    const meantMs = spec.maxTimeMs - (this.#now() - this.#startedAt);
    return Math.max(0, meantMs, Math.min(missing, this.#remainingMs()));
  }

  /** Rounds that there may still be time for; 0 before the first. */
  expectedRounds(): number {
    const typical = median(this.#roundsMs);
    return typical === null || typical === 0
      ? 0
      : Math.max(0, Math.floor((this.remainingMs() ?? 0) / typical));
  }

  #remainingMs(): number {
    const { rounds, spec } = this.#record;
    const allowedMs = spec.maxTimeMs * (rounds.completed < spec.minRounds ? LONGEST : 1);
    return allowedMs - (this.#now() - this.#startedAt);
  }

  #precise(): boolean {
    const { rounds, spec, variants: all } = this.#record;
    // More rounds add nothing to failed or lost variants. If the baseline is lost, the first remaining variant replaces it.
    const variants = all.filter(({ state }) => state === 'ready');
    rounds.looks++;
    this.#lookAt = nextLook(rounds.completed, this.#comparisons());
    const [only, ...others] = variants;
    const figures =
      only !== undefined && others.length === 0
        ? ownFigures(only)
        : ratiosToFirst(wallsByRound(variants).map(({ walls }) => walls));
    const look = lookAtPrecision(figures, spec.precision, rounds.looks);
    rounds.halfWidth = look.halfWidth;
    return look.reached;
  }

  #comparisons(): number {
    const { length } = this.#record.variants;
    return Math.max(1, (length * (length - 1)) / 2);
  }

  #end(by: NonNullable<RunRecord['rounds']['endedBy']>): false {
    this.#record.rounds.endedBy = by;
    return false;
  }
}

function ownFigures({ trials }: VariantRecord): number[][] {
  const valid = trials.filter(comparable);
  const times = valid.flatMap((trial) => comparedMs(trial) ?? []);
  const cpu = valid.flatMap((trial) => trialCpuMs(trial) ?? []);
  // A trial may be shorter than the tick by which some systems count CPU.
  const counted = cpu.every((ms) => ms > 0);
  return (counted ? [times, cpu] : [times]).map((values) => values.map(Math.log));
}
