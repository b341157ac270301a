import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PairedVariant } from '../../../../src/analysis/against/paired.ts';
import { changedInRounds } from '../../../../src/analysis/gates/evaluate.ts';
import { parseGate } from '../../../../src/analysis/gates/parse-gate.ts';
import type { GateOutcome } from '../../../../src/core/documents/comparison.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { type Noise, simulateRounds } from '../../core/statistics/simulated-runs.ts';

const GATE = 5;
const RUNS = 40;
const MAX_ROUNDS = 50;

/** Base, base again and a change, until the gate is decided or the rounds are over. */
function outcomeOf(noise: Noise, percent: number, seed: number): GateOutcome {
  const parsed = parseGate(`regression > ${GATE}%`);
  assert.ok(parsed.ok);
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
    const [judged] = changedInRounds(parsed.gate, 'regression', [variant]);
    if (judged!.outcome !== 'inconclusive') return judged!.outcome;
  }
  return 'inconclusive';
}

function count(noise: Noise, percent: number, outcome: GateOutcome): number {
  let seen = 0;
  for (let run = 0; run < RUNS; run++) if (outcomeOf(noise, percent, 10_000 + run) === outcome) seen++;
  return seen;
}

for (const noise of ['normal', 'skewed', 'drifting', 'disturbed'] as const) {
  test(`${noise} noise: a change just at the gate fails in at most 5% of runs, however often it is looked at`, () => {
    const failed = count(noise, GATE, 'failed');
    assert.ok(failed <= RUNS * 0.05, `${failed} of ${RUNS}`);
  });

  test(`${noise} noise: a change of twice the gate passes in at most 5% of runs, and most are found`, () => {
    const passed = count(noise, 2 * GATE, 'passed');
    assert.ok(passed <= RUNS * 0.05, `${passed} of ${RUNS}`);
    const failed = count(noise, 2 * GATE, 'failed');
    assert.ok(failed >= RUNS * 0.8, `${failed} of ${RUNS}`);
  });

  test(`${noise} noise: no change never fails, and passes in most runs`, () => {
    assert.equal(count(noise, 0, 'failed'), 0);
    const passed = count(noise, 0, 'passed');
    assert.ok(passed >= RUNS * 0.8, `${passed} of ${RUNS}`);
  });
}
