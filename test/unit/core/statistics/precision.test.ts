import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  levelAfterLooks,
  lookAtPrecision,
  nextLook,
  ratiosToFirst,
} from '../../../../src/core/statistics/precision.ts';

test('looks are at 10, 13, 17, 22, 28 rounds; later first if only more rounds could claim anything', () => {
  const looks = [nextLook(0)];
  while (looks.length < 5) looks.push(nextLook(looks.at(-1)!));
  assert.deepEqual(looks, [10, 13, 17, 22, 28]);
  assert.equal(nextLook(0, 6), 10);
  assert.equal(nextLook(0, 45), 11);
});

test('the first look and the end of time keep 95%; stopping later for precision costs', () => {
  assert.deepEqual(
    [
      levelAfterLooks(1, true),
      levelAfterLooks(1, false),
      levelAfterLooks(4, false),
      levelAfterLooks(4, true),
    ],
    [0.95, 0.95, 0.95, 0.965],
  );
});

const e = (logs: readonly number[]) => logs.map((log) => 100 * Math.exp(log));
const flat = new Array<number>(10).fill(100);

test('by hand: ten log-ratios 1 to 10 thousandths: the interval is 2.65766 to 8.34234 of them', () => {
  const thousandths = e([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((each) => each / 1000));
  const { halfWidth, reached, level } = lookAtPrecision(ratiosToFirst([thousandths, flat]), 0.003, 1);
  assert.equal(halfWidth?.toFixed(7), Math.expm1(0.00284234).toFixed(7));
  assert.deepEqual([reached, level], [true, 0.95]);
  assert.equal(lookAtPrecision(ratiosToFirst([thousandths, flat]), 0.0028, 1).reached, false);
  assert.ok(lookAtPrecision(ratiosToFirst([thousandths, flat]), 0.003, 2).halfWidth! > halfWidth!);
});

test('the widest interval against the first variant counts', () => {
  const narrow = e([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((each) => each / 1000));
  const wide = e([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((each) => each / 100));
  assert.equal(
    lookAtPrecision(ratiosToFirst([flat, narrow, wide]), 1, 1).halfWidth,
    lookAtPrecision(ratiosToFirst([flat, wide]), 1, 1).halfWidth,
  );
});

test('too few rounds on any pair: not reached, no width', () => {
  const few = [100, 100, 100, 100, 100, null, null, null, null, null];
  assert.deepEqual(lookAtPrecision(ratiosToFirst([flat, flat, few]), 1, 1), {
    reached: false,
    halfWidth: null,
    level: 0.95,
  });
});

test('nothing to look at is an error, not a precision of ±0%', () => {
  assert.throws(() => lookAtPrecision([], 0.02, 1), RangeError);
});
