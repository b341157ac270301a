import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { medianInterval, minForLevel } from '../../../../src/core/statistics/median-interval.ts';
import { sortNumbers } from '../../../../src/core/statistics/quantile.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const of = (values: readonly number[], level?: number) => medianInterval(sortNumbers(values), level)!;

test('by hand: ten values at 95%', () => {
  // [2nd, 9th] holds the median with 1 − 2·11/1024 = 0.978516, [3rd, 8th] with 1 − 2·56/1024 = 0.890625.
  // I = 0.028516/0.087891 = 0.324444; λ = 8·I / (2 + 6·I) = 0.657658: from the 2nd that far towards the 3rd.
  const { estimate, low, high, level, method } = of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.equal(estimate, 5.5);
  assert.equal(low.toFixed(5), '2.65766');
  assert.equal(high.toFixed(5), '8.34234');
  assert.deepEqual([level, method], [0.95, 'hettmansperger-sheather']);
});

test('by hand: six values, whose range holds the median with 1 − 2/64', () => {
  // Next within: 1 − 2·7/64 = 0.78125. I = 0.01875/0.1875 = 0.1; λ = 5·0.1 / (1 + 4·0.1) = 0.357143.
  assert.equal(of([0, 1, 2, 3, 4, 5]).low.toFixed(6), '0.357143');
  assert.equal(of([0, 1, 2, 3, 4, 5], 0.96875).low, 0);
});

test('fewer than six values: their range, and what it is worth', () => {
  assert.deepEqual(of([3, 1, 2, 5, 4]), { estimate: 3, low: 1, high: 5, level: 0.9375, method: 'range' });
  assert.deepEqual(of([1, 2]), { estimate: 1.5, low: 1, high: 2, level: 0.5, method: 'range' });
  assert.deepEqual(of([7]), { estimate: 7, low: 7, high: 7, level: 0, method: 'range' });
  assert.equal(medianInterval(sortNumbers([])), null);
  assert.deepEqual([minForLevel(0.95), minForLevel(0.965), minForLevel(0.99)], [6, 6, 8]);
});

test('thousands of values: within a hair of n/2 ± 1.96·√n/2', () => {
  const { low, high } = of(Array.from({ length: 10_001 }, (_, index) => index));
  assert.ok(Math.abs(low - (5000 - 98)) < 1.5 && Math.abs(high - (5000 + 98)) < 1.5, `${low} ${high}`);
});

test('levels outside 0 to 1 are refused', () => {
  for (const level of [0, 1, 95, Number.NaN]) assert.throws(() => of([1, 2], level), RangeError);
});

const samples = fc.array(finite, { minLength: 1, maxLength: 60 });
/** Doubling numbers that are not next to nothing loses no bit of them. */
const ordinary = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });

test('negating the values negates the interval exactly', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const { estimate, low, high } = of(values);
      const negated = of(values.map((value) => 0 - value));
      assert.deepEqual(
        [negated.estimate, negated.low, negated.high].map((each) => each + 0),
        [0 - estimate, 0 - high, 0 - low],
      );
    }),
  );
});

test('holds the median, lies within the values, scales with them, widens with the level', () => {
  fc.assert(
    fc.property(ordinary, (values) => {
      const { estimate, low, high } = of(values);
      const slack = 1e-9 * (1 + Math.abs(low) + Math.abs(high));
      assert.ok(Math.min(...values) - slack <= low && low <= estimate + slack);
      assert.ok(estimate <= high + slack && high <= Math.max(...values) + slack);
      const doubled = of(values.map((value) => 2 * value));
      assert.deepEqual([doubled.low, doubled.high], [2 * low, 2 * high]);
      const wide = of(values, 0.99);
      assert.ok(wide.low <= low + slack && high - slack <= wide.high);
    }),
  );
});
