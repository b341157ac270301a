import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GateOutcome } from '../../../../src/core/documents/verdict.ts';
import { decideSimulated, GATE } from '../../../support/decided-runs.ts';
import type { Noise } from '../../core/statistics/simulated-runs.ts';

const RUNS = 40;

function counts(noise: Noise, percent: number): Record<GateOutcome, number> {
  const seen = { failed: 0, passed: 0, inconclusive: 0 };
  for (let run = 0; run < RUNS; run++) seen[decideSimulated(noise, percent, 10_000 + run).outcome]++;
  return seen;
}

for (const noise of ['normal', 'skewed', 'drifting', 'disturbed'] as const) {
  test(`${noise} noise: a change just at the gate fails in at most 5% of runs, however often it is looked at`, () => {
    const { failed } = counts(noise, GATE);
    assert.ok(failed <= RUNS * 0.05, `${failed} of ${RUNS}`);
  });

  test(`${noise} noise: a change of twice the gate passes in at most 5% of runs, and most are found`, () => {
    const { passed, failed } = counts(noise, 2 * GATE);
    assert.ok(passed <= RUNS * 0.05, `${passed} of ${RUNS}`);
    assert.ok(failed >= RUNS * 0.8, `${failed} of ${RUNS}`);
  });

  test(`${noise} noise: no change never fails, and passes in most runs`, () => {
    const { passed, failed } = counts(noise, 0);
    assert.equal(failed, 0);
    assert.ok(passed >= RUNS * 0.8, `${passed} of ${RUNS}`);
  });
}
