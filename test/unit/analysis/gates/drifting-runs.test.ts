import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { compareOnDrifting, type FalseClaims, type Machine } from '../../../support/drifting-runs.ts';

/** A small, seeded version of a table of test/benchmarks/coverage.ts. */
const PAIRS = 60;

function percentOf(machine: Machine, rounds: number): Record<keyof FalseClaims, number> {
  const random = createRandom(23);
  const sums = { plain: 0, widened: 0, speedup: 0, gate: 0 };
  for (let pair = 0; pair < PAIRS; pair++) {
    const claims = compareOnDrifting(machine, rounds, random);
    for (const name of ['plain', 'widened', 'speedup', 'gate'] as const) if (claims[name]) sums[name]++;
  }
  for (const name of ['plain', 'widened', 'speedup', 'gate'] as const) sums[name] *= 100 / PAIRS;
  return sums;
}

// 60 pairs at 5% have a standard error of 2.8 points; the seed makes it the same every time.
const MOST = 9;

describe('two runs between which nothing changed but the machine', () => {
  test('one that drifts on: without an allowance nearly all claim a change; with it, and of speedups, hardly any', () => {
    const claims = percentOf({ trend: 0.002, wander: 0.005, goesOn: true }, 10);
    assert.ok(claims.plain > 80, `${claims.plain}%`);
    assert.ok(claims.widened < MOST && claims.gate < MOST && claims.speedup < MOST, JSON.stringify(claims));
  });

  test('one that wanders without a trend is not always found out; a gate of 3% bears with it', () => {
    const claims = percentOf({ trend: 0, wander: 0.002, goesOn: true }, 10);
    assert.ok(claims.gate < MOST, JSON.stringify(claims));
  });
});
