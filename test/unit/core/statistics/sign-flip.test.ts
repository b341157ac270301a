import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { clippedScores, minRoundsToClaim, signFlipTest } from '../../../../src/core/statistics/sign-flip.ts';

const exact = (values: readonly number[], clip?: number) => signFlipTest(values, createRandom(1), clip);

/** Darwin's maize, crossed against self-fertilised, differences in height of 15 pairs, eighths of an inch. */
const MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

test("Fisher 1935, §21: 1,726 of the 32,768 sums of Darwin's maize are as far from 0 as the one seen", () => {
  assert.deepEqual(exact(MAIZE, Number.POSITIVE_INFINITY), {
    pValue: 1726 / 32_768,
    method: 'exact',
    flips: 32_768,
    direction: 1,
  });
});

test('by hand: 1 2 3 −4 clipped', () => {
  // Magnitudes' median is 2.5, so nothing reaches 5. Sum 2. Of ±1±2±3±4 the eight with +1 sum to
  // 10 2 4 −4 6 −2 0 −8: seven are at least 2 away from 0.
  assert.equal(exact([1, 2, 3, -4]).pValue, 7 / 8);
  assert.equal(exact([1, 2, 3, -4]).direction, 1);
});

test('unanimous rounds have the smallest p there is, 2 / 2^n; no rounds and no differences have p = 1', () => {
  assert.equal(exact([0.1, 0.2, 5, 0.01, 0.3, 0.4]).pValue, 2 / 64);
  assert.equal(exact(new Array(20).fill(0.1)).pValue, 2 / 2 ** 20);
  assert.equal(exact([]).pValue, 1);
  assert.deepEqual([exact([0, 0, 0]).pValue, exact([0, 0, 0]).direction], [1, 0]);
});

test('rounds it takes to claim one of 1, 3, 6, 10 pairs', () => {
  assert.deepEqual(
    [1, 3, 6, 10].map((pairs) => minRoundsToClaim(pairs)),
    [6, 7, 8, 9],
  );
});

test('a value beyond twice the median magnitude counts as just that', () => {
  assert.deepEqual(clippedScores([1, -1, 1, -50]), [1, -1, 1, -2]);
});

test('above 20 rounds by Monte Carlo: near the exact value of a sign test, and never 0', () => {
  // 30 equal magnitudes, 21 of them positive: P(|2B − 30| ≥ 12), B ~ binomial(30, ½), is 0.042774.
  const values = Array.from({ length: 30 }, (_, index) => (index < 21 ? 1 : -1));
  const { pValue, method } = exact(values);
  assert.equal(method, 'monte-carlo');
  assert.ok(Math.abs(pValue - 0.042774) < 0.005, String(pValue));
  assert.equal(exact(new Array(40).fill(1)).pValue, 1 / 20_001);
});

/** In steps that binary sums exactly, and with ties. */
const values = fc.array(
  fc.integer({ min: -500, max: 500 }).map((each) => each / 64),
  { maxLength: 11 },
);

test('the Gray code is as good as counting: against every flip in turn', () => {
  fc.assert(
    fc.property(values, (list) => {
      const scores = clippedScores(list);
      const sum = (flips: number) =>
        Math.abs(scores.reduce((total, score, at) => total + ((flips >> at) & 1 ? -score : score), 0));
      const slack = 1e-10 * scores.reduce((total, score) => total + Math.abs(score), 0);
      let extreme = 0;
      for (let flips = 0; flips < 2 ** list.length; flips++) if (sum(flips) >= sum(0) - slack) extreme++;
      assert.equal(exact(list).pValue, extreme / 2 ** list.length);
    }),
    { numRuns: 60 },
  );
});

test('swapping the variants changes the direction and nothing else; neither does scale nor order', () => {
  fc.assert(
    fc.property(values, (list) => {
      const { pValue, direction } = exact(list);
      const swapped = exact(list.map((value) => 0 - value));
      assert.deepEqual([swapped.pValue, swapped.direction + 0], [pValue, 0 - direction]);
      assert.equal(exact(list.map((value) => value * 4)).pValue, pValue);
      assert.equal(exact(list.toReversed()).pValue, pValue);
      assert.ok(pValue > 0 && pValue <= 1);
    }),
  );
});

test('under no difference p ≤ 5% happens in at most 5% of runs', () => {
  const random = createRandom(11);
  let significant = 0;
  for (let run = 0; run < 2000; run++) {
    const rounds = Array.from({ length: 9 }, () => (random() - 0.5) ** 3);
    if (signFlipTest(rounds, random).pValue <= 0.05) significant++;
  }
  // At most 100 expected; three standard deviations are 29.
  assert.ok(significant <= 129, String(significant));
});
