import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { median, quantile, sortNumbers } from '../../../../src/core/statistics/quantile.ts';

const QUARTILES = [0, 0.25, 0.5, 0.75, 1];
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });

const quartilesOf = (values: readonly number[]) => {
  const sorted = sortNumbers(values);
  return QUARTILES.map((p) => Number(quantile(sorted, p)?.toFixed(9)));
};

test('by hand: p = 0.3 of 10 20 30 40 is at place 3 · 0.3 = 0.9, so 10 + 0.9 · 10', () => {
  assert.equal(quantile(sortNumbers([40, 10, 30, 20]), 0.3)?.toFixed(9), '19.000000000');
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test("as R's quantile(), whose default is type 7", () => {
  // quantile(1:10)
  assert.deepEqual(quartilesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [1, 3.25, 5.5, 7.75, 10]);
  // quantile(c(3, 6, 7, 8, 8, 10, 13, 15, 16, 20)), the example of Wikipedia's article on quantiles
  assert.deepEqual(quartilesOf([3, 6, 7, 8, 8, 10, 13, 15, 16, 20]), [3, 7.25, 9, 14.5, 20]);
  // quantile(mtcars$mpg)
  const mpg = [
    21, 21, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4,
    30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26, 30.4, 15.8, 19.7, 15, 21.4,
  ];
  assert.deepEqual(quartilesOf(mpg), [10.4, 15.425, 19.2, 22.8, 33.9]);
});

test('of one value it is that value; of none there is none; p outside 0 to 1 is the nearest end', () => {
  assert.deepEqual(quartilesOf([7]), [7, 7, 7, 7, 7]);
  assert.equal(quantile(sortNumbers([]), 0.5), null);
  assert.equal(median([]), null);
  assert.deepEqual([quantile(sortNumbers([1, 2]), -1), quantile(sortNumbers([1, 2]), 2)], [1, 2]);
});

test('numbers are sorted as numbers, into a copy', () => {
  const values = [10, 9, -1, 2];
  assert.deepEqual([...(sortNumbers(values) as ArrayLike<number> as Float64Array)], [-1, 2, 9, 10]);
  assert.deepEqual(values, [10, 9, -1, 2]);
});

test('lies between the ends, never falls as p grows, and moves with the values', () => {
  const values = fc.array(finite, { minLength: 1, maxLength: 40 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(values, share, share, (list, one, other) => {
      const sorted = sortNumbers(list);
      const [low, high] = [quantile(sorted, Math.min(one, other))!, quantile(sorted, Math.max(one, other))!];
      // One part in 1e9 of slack: interpolation rounds.
      const slack = 1e-9 * (1 + Math.abs(low) + Math.abs(high));
      assert.ok(Math.min(...list) - slack <= low && low <= high + slack && high <= Math.max(...list) + slack);
      const shifted = quantile(sortNumbers(list.map((value) => value + 1000)), one)!;
      assert.ok(Math.abs(shifted - 1000 - quantile(sorted, one)!) < 1e-5);
    }),
  );
});
