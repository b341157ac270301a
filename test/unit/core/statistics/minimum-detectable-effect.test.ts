import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minimumDetectableEffect } from '../../../../src/core/statistics/minimum-detectable-effect.ts';

const TEN = [-4.5, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5].map((each) => each / 1000);

test('by hand: ten log-ratios one thousandth apart', () => {
  // Interval ±2.84234; t₉ at 0.975 is 2.262157, at 0.8 is 0.883404: 2.84234 · (1 + 0.883404/2.262157) =
  // 3.95231. The test: spread √(82.5/9) = 3.02765, 1.05 · (2.262157 + 0.883404) · 3.02765/√10 = 3.162: the
  // interval binds.
  assert.equal(minimumDetectableEffect(TEN)?.toFixed(4), (100 * Math.expm1(0.00395231)).toFixed(4));
});

test('more pairs, more noise: a larger effect is needed', () => {
  const one = minimumDetectableEffect(TEN)!;
  assert.ok(minimumDetectableEffect(TEN, 10)! > one);
  assert.ok(minimumDetectableEffect(TEN.map((each) => 3 * each))! > 2.9 * one);
  assert.ok(minimumDetectableEffect([...TEN, ...TEN])! < one);
});

test('no size could be claimed: fewer than six rounds, fewer than eight for six pairs', () => {
  assert.equal(minimumDetectableEffect(TEN.slice(0, 5)), null);
  assert.equal(minimumDetectableEffect(TEN.slice(0, 7), 6), null);
  assert.notEqual(minimumDetectableEffect(TEN.slice(0, 8), 6), null);
  assert.equal(minimumDetectableEffect([]), null);
});

test('does not depend on which variant is which, nor on how they differ; noise of nothing hides nothing', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 6, maxLength: 25 });
  fc.assert(
    fc.property(values, (thousandths) => {
      const of = (factor: number, shift: number) =>
        minimumDetectableEffect(thousandths.map((each) => (factor * each) / 1024 + shift))!;
      const close = (one: number, other: number) => assert.ok(Math.abs(one - other) < 1e-6 * (1 + one));
      close(of(1, 0), of(-1, 0));
      close(of(1, 0), of(1, 2));
    }),
  );
  assert.ok(minimumDetectableEffect(new Array(8).fill(0.3))! < 1e-6);
});
