import assert from 'node:assert/strict';
import type { PairedVariant } from '../../src/analysis/against/paired.ts';
import { changedInRounds } from '../../src/analysis/gates/evaluate.ts';
import { parseGate } from '../../src/analysis/gates/parse-gate.ts';
import type { GateOutcome } from '../../src/core/documents/verdict.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { type Noise, simulateRounds } from '../unit/core/statistics/simulated-runs.ts';

/** Percent. */
export const GATE = 5;
const MAX_ROUNDS = 50;

export interface Decided {
  readonly outcome: GateOutcome;
  /** At which it was decided. */
  readonly round: number;
}

/** Base, base again and a change, until the gate is decided or the rounds are over. */
export function decideSimulated(noise: Noise, percent: number, seed: number): Decided {
  const parsed = parseGate(`regression > ${GATE}%`);
  assert.ok(!('known' in parsed));
  const next = simulateRounds({
    noise,
    walls: [100, 100, 100 + percent],
    random: createRandom(seed),
  });
  const values: number[] = [];
  const baseAgain: number[] = [];
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const [base = 1, again = 1, change = 1] = next();
    values.push(Math.log(change / base));
    baseAgain.push(Math.log(again / base));
    // Looked at often enough for a method that may not be looked at to show it.
    if (round < 8 || round % 4 !== 0) continue;
    const figure = { values, baseAgain, blocked: null };
    const variant: PairedVariant = { name: 'event-loop', walls: figure, cpu: figure };
    const [judged] = changedInRounds(parsed, 'regression', [variant]);
    if (judged!.outcome !== 'inconclusive') return { outcome: judged!.outcome, round };
  }
  return { outcome: 'inconclusive', round: MAX_ROUNDS };
}
