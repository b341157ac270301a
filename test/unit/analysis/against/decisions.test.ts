import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateOutcome } from '../../../../src/core/documents/comparison.ts';
import { decideSimulated, GATE } from '../../../support/decided-runs.ts';
import type { Noise } from '../../core/statistics/simulated-runs.ts';

const RUNS = 40;

function count(noise: Noise, percent: number, outcome: GateOutcome): number {
  let seen = 0;
  for (let run = 0; run < RUNS; run++)
    if (decideSimulated(noise, percent, 10_000 + run).outcome === outcome) seen++;
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
