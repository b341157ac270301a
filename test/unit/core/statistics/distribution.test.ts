import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  distributionSteps,
  ninesOf,
  percentileCurve,
  percentOfNines,
} from '../../../../src/core/statistics/distribution.ts';
import { sortNumbers } from '../../../../src/core/statistics/quantile.ts';

const values = fc.array(fc.double({ noNaN: true, min: 0.01, max: 1e6 }), { minLength: 1, maxLength: 200 });

test('by hand: a quarter at 1, half at 2, where two values are equal at once, all at 7', () => {
  assert.deepEqual(distributionSteps(sortNumbers([7, 2, 1, 2]), 100), [
    { value: 1, share: 0.25 },
    { value: 2, share: 0.75 },
    { value: 7, share: 1 },
  ]);
});

test('of more values than steps: the least, then every so many in rank', () => {
  // Ranks 3, 5, 8 and 10 of ten, which are ⌈10/4⌉, ⌈20/4⌉, ⌈30/4⌉ and ⌈40/4⌉.
  const ten = sortNumbers([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(distributionSteps(ten, 4), [
    { value: 1, share: 0.1 },
    { value: 3, share: 0.3 },
    { value: 5, share: 0.5 },
    { value: 8, share: 0.8 },
    { value: 10, share: 1 },
  ]);
});

test('of one value all is at once, of none there is nothing', () => {
  assert.deepEqual(distributionSteps(sortNumbers([5]), 10), [{ value: 5, share: 1 }]);
  assert.deepEqual(distributionSteps(sortNumbers([]), 10), []);
});

test('steps rise to one, and are nowhere further than 1/most from the function', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 60 }), (given, most) => {
      const steps = distributionSteps(sortNumbers(given), most);
      assert.ok(steps.length <= most + 1);
      assert.equal(steps.at(-1)?.share, 1);
      for (const [index, { value, share }] of steps.entries()) {
        const before = steps[index - 1];
        assert.ok(before === undefined || (before.value < value && before.share < share));
      }
      for (const place of given) {
        const truly = given.filter((value) => value <= place).length / given.length;
        const drawn = steps.findLast(({ value }) => value <= place)?.share ?? 0;
        assert.ok(Math.abs(truly - drawn) <= 1 / most + 1e-12, `${place}: ${truly}, ${drawn}`);
      }
    }),
  );
});

test('each nine is a step', () => {
  assert.deepEqual(
    [0, 90, 99, 99.9].map((percent) => Number(ninesOf(percent).toFixed(9))),
    [0, 1, 2, 3],
  );
  assert.equal(ninesOf(50).toFixed(6), '0.301030');
  assert.equal(percentOfNines(ninesOf(75)).toFixed(9), '75.000000000');
});

test('percentiles go as far as ten values lie beyond: of 0 to 999 from the 1st to the 99th', () => {
  const curve = percentileCurve(sortNumbers(Array.from({ length: 1_000 }, (_, index) => index)), 5);
  assert.deepEqual(
    curve.map(({ percent }) => Number(percent.toFixed(6))),
    // In four equal steps of nines, from −log10(0.99) to 2.
    [1, 68.614692, 90.050126, 96.845658, 99],
  );
  assert.equal(curve[0]?.value.toFixed(6), '9.990000');
  assert.equal(curve[4]?.value.toFixed(6), '989.010000');
  assert.deepEqual(percentileCurve(sortNumbers(new Array(19).fill(1)), 5), []);
});
