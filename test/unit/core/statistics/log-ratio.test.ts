import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logRatios } from '../../../../src/core/statistics/log-ratio.ts';

const walls = fc.array(fc.option(fc.double({ min: 1e-3, max: 1e9, noNaN: true })), { maxLength: 30 });

test('by hand: rounds that either side misses are left out, the others keep their order', () => {
  // 200/100 in round 1, 100/100 in round 4; round 5 has only one side.
  assert.deepEqual(logRatios([200, null, 50, 100, 7], [100, 100, null, 100]), [
    Math.log(200) - Math.log(100),
    0,
  ]);
  assert.deepEqual(logRatios([], [1]), []);
});

test('swapping the variants negates every log-ratio exactly', () => {
  fc.assert(
    fc.property(walls, walls, (a, b) => {
      // 0 − x rather than −x: the negative of 0 is 0 here.
      assert.deepEqual(
        logRatios(b, a),
        logRatios(a, b).map((ratio) => 0 - ratio),
      );
    }),
  );
});

test('a wall of nothing, below nothing or without end is refused', () => {
  for (const wall of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => logRatios([wall], [1]), RangeError);
    assert.throws(() => logRatios([1], [wall]), RangeError);
  }
});
