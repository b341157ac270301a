import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { changePoints } from '../../../../src/core/statistics/change-points.ts';
import { createRandom, type Random } from '../../../../src/core/statistics/random.ts';

const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Normal noise about one level after another. */
function series(seed: number, ...levels: readonly (readonly [count: number, level: number])[]): number[] {
  const random = createRandom(seed);
  return levels.flatMap(([count, level]) => Array.from({ length: count }, () => level + normal(random)));
}

const placesOf = (values: readonly number[]): number[] => changePoints(values).map(({ at }) => at);
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

describe('change points', () => {
  test('a step by hand is found where it is, and at no other place', () => {
    const [point, ...others] = changePoints([0, 0.1, 0, -0.1, 0, 0.1, 1, 1.1, 0.9, 1, 1.1, 1]);
    assert.deepEqual([point?.at, point?.low, point?.high, others.length], [6, 6, 6, 0]);
    assert.ok(point !== undefined && point.pValue <= 0.01);
  });

  test('a rise that is taken back is two changes', () => {
    assert.deepEqual(placesOf(series(3, [12, 0], [6, 8], [12, 0])), [12, 18]);
  });

  test('steps within steps are found at an alpha that 999 permutations cannot reach two splits deep', () => {
    // 5% of 16 lines, halved at each of two splits, is 0.00078: less than 1 in 1,000.
    const steps = series(3, [12, 0], [12, 9], [12, 18], [12, 27], [12, 36], [12, 45], [12, 54], [12, 63]);
    const found = changePoints(steps, 0.05 / 16);
    assert.deepEqual(
      found.map(({ at }) => at),
      [12, 24, 36, 48, 60, 72, 84],
    );
  });

  test('three values of a new level at the end are found, a single one is an outlier', () => {
    assert.deepEqual(placesOf(series(5, [27, 0], [3, 6])), [27]);
    assert.deepEqual(placesOf(series(5, [29, 0], [1, 30])), []);
    assert.deepEqual(placesOf(series(5, [14, 0], [1, 100], [15, 0])), []);
  });

  test('fewer than eight values have none: no arrangement of them is rare enough', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 7 }), (values) => {
        assert.deepEqual(changePoints(values), []);
      }),
    );
  });

  test('any series: places ascend within it, each within its interval, and p is at most alpha', () => {
    const value = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.double({ min: 0.01, max: 0.2 }), (values, alpha) => {
        let before = 0;
        for (const { at, low, high, pValue } of changePoints(values, alpha)) {
          assert.ok(before < at && at < values.length);
          assert.ok(low <= at && at <= high && high < values.length);
          assert.ok(pValue > 0 && pValue <= alpha);
          before = at;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a constant series has none, and another unit changes nothing', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.integer({ min: 0, max: 60 }),
        (value, n) => {
          assert.deepEqual(changePoints(new Array<number>(n).fill(value)), []);
        },
      ),
      { numRuns: 30 },
    );
    const values = series(11, [15, 0], [15, 3]);
    assert.deepEqual(placesOf(values.map((value) => value + Math.log(1_000))), placesOf(values));
  });

  test('of 200 series without a change at most 16 show one, heavy tails or not', () => {
    for (const heavy of [false, true]) {
      const found = seeds.filter((seed) => {
        const random = createRandom(seed);
        const values = Array.from({ length: 24 }, () => normal(random) * (heavy && random() < 0.1 ? 6 : 1));
        return changePoints(values).length > 0;
      });
      assert.ok(found.length <= 16, `${found.length}`);
    }
  });

  test('of 100 steps by twice the scatter at least 90 are found, and 90% of the intervals hold the place', () => {
    const found = seeds.slice(0, 100).flatMap((seed) => {
      const point = changePoints(series(seed, [15, 0], [15, 2])).find(({ at }) => Math.abs(at - 15) <= 5);
      return point === undefined ? [] : [point];
    });
    assert.ok(found.length >= 90, `${found.length}`);
    const held = found.filter(({ low, high }) => low <= 15 && high >= 15);
    assert.ok(held.length >= 0.9 * found.length, `${held.length} of ${found.length}`);
  });
});
