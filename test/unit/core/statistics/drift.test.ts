import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drift, driftOfRun } from '../../../../src/core/statistics/drift.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';

test('by hand: five rising walls; one of the 120 orders rises, one falls', () => {
  const { percent, pValue, method } = drift([100, 110, 121, 133.1, 146.41])!;
  assert.deepEqual([pValue.toFixed(9), method], [(2 / 120).toFixed(9), 'exact']);
  // 10% a trial, four steps: 1.1⁴ = 1.4641.
  assert.equal(percent.toFixed(6), '46.410000');
});

test("exact p as R's and scipy's Kendall test: 2 1 4 3 6 5 8 7 has τ = 20/28, p = 0.01413690", () => {
  assert.equal(drift([2, 1, 4, 3, 6, 5, 8, 7])!.pValue.toFixed(8), '0.01413690');
});

test('ties, by hand', () => {
  // 1 1 2 2 3: eight pairs rise, two tie. Variance (5·4·15 − 2·(2·1·9)) / 18 = 264/18; z = 7/3.8297 = 1.8278.
  const { pValue, method } = drift([1, 1, 2, 2, 3])!;
  assert.equal(method, 'normal');
  assert.equal(pValue.toFixed(4), '0.0676');
  assert.equal(drift([1, 1, 1, 1, 1])!.pValue, 1);
});

test('one disturbed trial is no drift; fewer than five trials say nothing', () => {
  const { percent, pValue } = drift([100, 101, 100.5, 100.2, 300, 100.9, 100.1, 100.6])!;
  assert.ok(Math.abs(percent) < 1 && pValue > 0.5, `${percent} ${pValue}`);
  assert.equal(drift([1, 2, 3, 4]), null);
});

test('of a run: each trial relative to its variant, so that a slow variant is no drift', () => {
  const trials = [1, 2, 3, 4].flatMap((round) => [
    { variant: 'slow', wall: 1000 * 1.02 ** round },
    { variant: 'fast', wall: 10 * 1.02 ** (round + 0.5) },
  ]);
  const { percent, pValue } = driftOfRun(trials)!;
  // 1% a trial, seven steps; relative to medians that differ by nothing but their place.
  assert.ok(percent > 4 && percent < 8, String(percent));
  assert.ok(pValue < 0.02, String(pValue));
});

test('of thousands of trials, too, in no more than the time for a thousand', () => {
  const random = createRandom(9);
  const walls = Array.from({ length: 20_000 }, (_, trial) => 1 + 0.2 * (trial / 19_999) + 0.1 * random());
  const { percent, pValue } = drift(walls)!;
  // From 1.05 to 1.25 on average: 19%.
  assert.ok(Math.abs(percent - 19) < 2, String(percent));
  assert.ok(pValue < 1e-6, String(pValue));
});

test('reversed in time: the same p, the change undone', () => {
  const walls = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(walls, (list) => {
      const forth = drift(list)!;
      const back = drift(list.toReversed())!;
      assert.equal(back.pValue, forth.pValue);
      assert.ok(Math.abs((1 + back.percent / 100) * (1 + forth.percent / 100) - 1) < 1e-9);
    }),
  );
});

test('of steady noise it calls out one run in twenty, of few trials and of many', () => {
  const random = createRandom(4);
  for (const trials of [8, 60]) {
    let called = 0;
    for (let run = 0; run < 1000; run++) {
      if (drift(Array.from({ length: trials }, () => 1 + random()))!.pValue <= 0.05) called++;
    }
    assert.ok(called <= 71, `${called} of 1000 with ${trials} trials`);
  }
});
