import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bcaInterval } from '../../../../src/core/statistics/bca-interval.ts';
import { quantile, type SortedNumbers } from '../../../../src/core/statistics/quantile.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Plug-in variance of A of the 26 children's spatial test: Efron & Tibshirani 1993, table 14.1. */
const SPATIAL_A = [
  48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
];
const variance = (values: SortedNumbers) => {
  const center = mean(values);
  return mean(Array.from(values, (value) => (value - center) ** 2));
};

test('Efron & Tibshirani 1993, §14.3: variance of the spatial test data, a = 0.061, 90% interval [115.8, 259.6]', () => {
  const interval = bcaInterval(SPATIAL_A, {
    random: createRandom(2),
    level: 0.9,
    statistic: variance,
    resamples: 20_000,
  })!;
  assert.equal(interval.estimate.toFixed(1), '171.5');
  assert.equal(interval.acceleration.toFixed(3), '0.061');
  // The book's z₀ of 0.146 is from 2,000 resamples, standard error 0.028; 200,000 by NumPy give 0.175, and
  // ends of 115.8 and 261.2.
  assert.ok(Math.abs(interval.biasCorrection - 0.175) < 0.03, String(interval.biasCorrection));
  assert.ok(
    Math.abs(interval.low - 115.8) < 2.5 && Math.abs(interval.high - 260.4) < 5,
    JSON.stringify(interval),
  );
});

test('by hand: the jackknife acceleration of a mean', () => {
  // Values 0 0 0 4, mean 1; without one: 4/3 thrice, 0 once. Their mean is 1, so differences −1/3 ×3, 1.
  // Cubes: −3/27 + 1 = 8/9; squares: 3/9 + 1 = 4/3; a = (8/9) / (6·(4/3)^1.5) = 0.096225.
  const { acceleration } = bcaInterval([0, 0, 0, 4], {
    random: createRandom(1),
    statistic: mean,
    resamples: 100,
  })!;
  assert.equal(acceleration.toFixed(6), '0.096225');
});

test("a median's acceleration is 0, and of an odd number of values its bias correction is about 0", () => {
  const { acceleration, biasCorrection, estimate } = bcaInterval([1, 2, 3, 5, 9, 11, 40], {
    random: createRandom(3),
  })!;
  assert.deepEqual([acceleration, estimate], [0, 5]);
  // By symmetry of the ranks P(below) + ½ P(equal) = ½; 10,000 resamples err by 0.5 points, 0.0125 in z.
  assert.ok(Math.abs(biasCorrection) < 0.04, String(biasCorrection));
});

test('the same seed gives the same interval; fewer than two values give none', () => {
  const draw = (seed: number) => bcaInterval([3, 1, 4, 1, 5, 9, 2, 6], { random: createRandom(seed) });
  assert.deepEqual(draw(5), draw(5));
  assert.equal(bcaInterval([1], { random: createRandom(1) }), null);
  assert.equal(bcaInterval([], { random: createRandom(1) }), null);
});

test('values all alike: an interval of no width', () => {
  const { low, high } = bcaInterval([2, 2, 2, 2], { random: createRandom(1), resamples: 50 })!;
  assert.deepEqual([low, high], [2, 2]);
});

test('lies within the values, holds low ≤ high, and moves with them', () => {
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(values, fc.nat(), (list, seed) => {
      const of = (shift: number) =>
        bcaInterval(
          list.map((value) => value + shift),
          { random: createRandom(seed), resamples: 200, statistic: (sorted) => quantile(sorted, 0.25)! },
        )!;
      const { low, high } = of(0);
      assert.ok(Math.min(...list) - 1e-9 <= low && low <= high && high <= Math.max(...list) + 1e-9);
    }),
  );
});
