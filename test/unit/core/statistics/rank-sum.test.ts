import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  endOfInterval,
  rankSumTest,
  shiftBetween,
  smallestPValue,
} from '../../../../src/core/statistics/rank-sum.ts';

const rounded = (value: number) => Number(value.toFixed(4));

/** Permeability constants of the human chorioamnion: Hollander & Wolfe, table 4.1. */
const AT_TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLIER = [1.15, 0.88, 0.9, 0.74, 1.21];

describe('published example', () => {
  test('the test: W = 30, one-sided 0.1272', () => {
    assert.deepEqual(
      { ...rankSumTest(AT_TERM, EARLIER), pValue: rounded(rankSumTest(AT_TERM, EARLIER).pValue) },
      { pValue: 0.2544, method: 'exact', direction: -1 },
    );
  });

  test('the shift: −0.305, and its 96% interval from −0.76 to 0.15', () => {
    const { estimate, low, high, level, method } = shiftBetween(AT_TERM, EARLIER)!;
    assert.deepEqual([estimate, low, high, level].map(rounded), [-0.305, -0.76, 0.15, 0.96]);
    assert.equal(method, 'exact');
  });
});

describe('worked out by hand', () => {
  test('shift of three against two: the median of six differences', () => {
    // 4−1, 4−2, 4−5, 7−1, 7−2, 7−5 = −1, 2, 2, 3, 5, 6. Complete separation has one of ten ways: 1 − 2/10.
    const shift = shiftBetween([1, 2, 5], [4, 7])!;
    assert.deepEqual(
      { ...shift, level: rounded(shift.level) },
      { estimate: 2.5, low: -1, high: 6, level: 0.8, method: 'range' },
    );
  });

  test('four and four: of 70 ways to deal the ranks, the two extreme ones', () => {
    const { pValue, direction } = rankSumTest([1, 2, 3, 4], [5, 6, 7, 8]);
    assert.deepEqual([rounded(pValue), direction], [rounded(2 / 70), 1]);
    assert.equal(rounded(smallestPValue(4, 4)), rounded(2 / 70));
    assert.equal(rounded(endOfInterval(4, 4, 0.95).reached), rounded(68 / 70));
  });

  test('ties share the mean of their ranks', () => {
    // Ranks 1, 3, 3, 5.5 against 3, 5.5, 7.5, 7.5: a sum of 23.5 or more has 7 of 70 ways, 12.5 or less as many.
    const { pValue, method } = rankSumTest([1, 2, 2, 3], [2, 3, 4, 4]);
    assert.deepEqual([rounded(pValue), method], [0.2, 'exact']);
  });

  test('five and five: tables have P(U ≤ 2) = 4/252', () => {
    assert.deepEqual(endOfInterval(5, 5, 0.95), {
      rank: 3,
      reached: 1 - 8 / 252,
      method: 'exact',
    });
  });

  test('nothing to compare', () => {
    assert.equal(shiftBetween([], [1]), null);
    assert.equal(rankSumTest([1], []).pValue, 1);
    assert.equal(rankSumTest([3, 3, 3], [3, 3]).pValue, 1);
    const many = Array.from({ length: 60 }, () => 3);
    assert.deepEqual(rankSumTest(many, many), { pValue: 1, method: 'normal', direction: 0 });
    assert.throws(() => shiftBetween([1], [2], 95), RangeError);
  });
});

test('where counting ends, the normal approximation goes on', () => {
  const exact = endOfInterval(50, 50, 0.95);
  const normal = endOfInterval(50, 51, 0.95);
  assert.deepEqual([exact.method, normal.method], ['exact', 'normal']);
  assert.ok(Math.abs(exact.reached - normal.reached) < 0.003);
  assert.ok(Math.abs(exact.rank / 2500 - normal.rank / 2550) < 0.002);
  // Shifted by 5.5 ranks; one more value in the middle hardly changes anything.
  const before = Array.from({ length: 50 }, (_, index) => index);
  const after = Array.from({ length: 50 }, (_, index) => index + 5.5);
  const counted = rankSumTest(before, after);
  const approximated = rankSumTest(before, [...after, 27.2]);
  assert.deepEqual([counted.method, approximated.method], ['exact', 'normal']);
  assert.ok(Math.abs(counted.pValue - approximated.pValue) < 0.01);
});

const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 12 });

describe('for any two samples', () => {
  test('swapping them mirrors the shift and keeps the p-value', () => {
    fc.assert(
      fc.property(sample, sample, (before, after) => {
        const one = shiftBetween(before, after)!;
        const other = shiftBetween(after, before)!;
        assert.deepEqual(
          [one.estimate, one.low, one.high, one.level],
          [0 - other.estimate, 0 - other.high, 0 - other.low, other.level],
        );
        const [p, q] = [rankSumTest(before, after), rankSumTest(after, before)];
        assert.ok(Math.abs(p.pValue - q.pValue) < 1e-12);
        assert.equal(p.direction, 0 - q.direction);
      }),
    );
  });

  test('adding a constant to one adds it to the shift; scaling both scales it', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -50, max: 50 }), (before, after, constant) => {
        const plain = shiftBetween(before, after)!;
        const moved = shiftBetween(
          before,
          after.map((value) => value + constant),
        )!;
        assert.deepEqual([moved.low, moved.high], [plain.low + constant, plain.high + constant]);
        const twice = (values: number[]) => values.map((value) => 2 * value);
        const scaled = shiftBetween(twice(before), twice(after))!;
        assert.deepEqual([scaled.low, scaled.high], [2 * plain.low, 2 * plain.high]);
        assert.equal(
          rankSumTest(twice(before), twice(after)).pValue,
          rankSumTest(before, after).pValue,
          'the ranks are the same',
        );
      }),
    );
  });

  test('without ties the interval leaves out 0 where the test rejects, and only there', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 8, maxLength: 20 });
    fc.assert(
      fc.property(distinct, (values) => {
        const [before, after] = [values.slice(0, values.length >> 1), values.slice(values.length >> 1)];
        const { low, high, method } = shiftBetween(before, after)!;
        const rejected = rankSumTest(before, after).pValue <= 0.05 + 1e-12;
        assert.equal(low > 0 || high < 0, rejected && method !== 'range');
      }),
    );
  });

  test('the p-value is no smaller than the smallest possible one', () => {
    fc.assert(
      fc.property(sample, sample, (before, after) => {
        const { pValue } = rankSumTest(before, after);
        const tied = new Set([...before, ...after]).size < before.length + after.length;
        const least = smallestPValue(before.length, after.length) / (tied ? 2 : 1);
        assert.ok(pValue <= 1 && pValue >= least - 1e-12);
      }),
      // Found at random, once in thousands: nothing lies as far below the mean as the 0 above it.
      { examples: [[[0], [-784, -784, -1]]] },
    );
  });
});
