import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { type CpuClaims, compareOnBusy } from '../../../support/busy-runs.ts';

/** A small, seeded version of a table of test/benchmarks/coverage.ts. */
const PAIRS = 100;

function percentOf(factor: number): Record<keyof CpuClaims, number> {
  const random = createRandom(29);
  const claims = Array.from({ length: PAIRS }, () => compareOnBusy(0.01, 10, factor, random));
  const percent = (name: keyof CpuClaims) => (100 * claims.filter((each) => each[name]).length) / PAIRS;
  return { plain: percent('plain'), any: percent('any'), found: percent('found') };
}

describe('CPU of two runs on a busy machine', () => {
  test('with nothing changed: the test alone claims a change in most pairs, with the allowance hardly any', () => {
    const { plain, any } = percentOf(1);
    assert.ok(plain > 50, `${plain}%`);
    assert.ok(any < 9, `${any}%`);
  });

  test('6% more CPU of one variant is found in most pairs', () => {
    const { found } = percentOf(1.06);
    assert.ok(found > 60, `${found}%`);
  });
});
