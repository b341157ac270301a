import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVariants, type VariantWalls } from '../../../../src/core/statistics/compare-variants.ts';

const options = { seed: 1 };
const only = (variants: readonly VariantWalls[]) => compareVariants(variants, options)[0]!;
const variant = (name: string, walls: readonly (number | null)[]): VariantWalls => ({ name, walls });
const NOISE = [1, 1.02, 0.99, 1.01, 0.98, 1.03, 1, 0.995, 1.015, 1.005];
const times = (factor: number, noise: readonly number[] = NOISE) => noise.map((each) => 100 * factor * each);

test('half the wall in every round: b is exactly twice as fast', () => {
  const pair = only([variant('a', times(1)), variant('b', times(0.5))]);
  assert.equal(pair.verdict, 'faster');
  assert.deepEqual([pair.a, pair.b, pair.rounds, pair.reason], ['a', 'b', 10, null]);
  assert.deepEqual(
    [pair.ratio?.estimate, pair.ratio?.low, pair.ratio?.high].map((each) => each?.toFixed(9)),
    ['2.000000000', '2.000000000', '2.000000000'],
  );
  assert.deepEqual(pair.test, { pValue: 2 / 1024, pHolm: 2 / 1024, method: 'exact' });
  assert.equal(only([variant('b', times(0.5)), variant('a', times(1))]).verdict, 'slower');
});

test('the same walls in another order: no difference, and what would have been seen', () => {
  const pair = only([variant('a', times(1)), variant('b', times(1, NOISE.toReversed()))]);
  assert.equal(pair.verdict, 'no-difference');
  assert.ok(pair.ratio!.low < 1 && 1 < pair.ratio!.high);
  assert.ok(pair.minimumDetectableEffect! > 1 && pair.minimumDetectableEffect! < 10);
});

test('no difference is said only where one of 10% would have been detected', () => {
  const noisy = [1, 1.62, 0.88, 1.21, 1.95, 1.04, 0.93, 1.48, 1.12, 1.77];
  const pair = only([variant('a', times(1, noisy)), variant('b', times(1, noisy.toReversed()))]);
  assert.ok(pair.ratio!.low < 1 && 1 < pair.ratio!.high);
  assert.ok(pair.minimumDetectableEffect! > 10);
  assert.deepEqual([pair.verdict, pair.reason], ['inconclusive', 'too-noisy']);
});

test('five unanimous rounds of two variants, or seven of four, claim nothing', () => {
  const few = only([variant('a', times(1).slice(0, 5)), variant('b', times(0.5).slice(0, 5))]);
  assert.deepEqual([few.verdict, few.reason, few.minRounds], ['inconclusive', 'too-few-rounds', 6]);
  assert.deepEqual([few.ratio?.method, few.ratio?.level], ['range', 0.9375]);
  const four = ['a', 'b', 'c', 'd'].map((name, index) => variant(name, times(2 ** -index).slice(0, 7)));
  assert.ok(compareVariants(four, options).every(({ reason }) => reason === 'too-few-rounds'));
});

test('interval and test at odds: inconclusive', () => {
  // Eight of ten rounds lean one way by 1%, two the other way by 10%: the clip lets 2% count, 8 − 4 of 12
  // remain.
  const a = [101, 101, 101, 101, 101, 101, 101, 101, 101, 90];
  const pair = only([variant('a', a.concat([90])), variant('b', new Array(11).fill(100))]);
  assert.ok(pair.ratio!.low > 1);
  assert.ok(pair.test!.pHolm > 0.05, String(pair.test!.pHolm));
  assert.deepEqual([pair.verdict, pair.reason], ['inconclusive', 'interval-and-test-disagree']);
});

test('all pairs of three, in order; Holm over them, as worked out by hand', () => {
  const pairs = compareVariants(
    [variant('a', times(1)), variant('b', times(0.5)), variant('c', times(0.25))],
    options,
  );
  assert.deepEqual(
    pairs.map(({ a, b }) => a + b),
    ['ab', 'ac', 'bc'],
  );
  // Three equal p-values of 2/1024: each becomes three times that.
  for (const { test: each } of pairs) assert.equal(each?.pHolm, 6 / 1024);
});

test('rounds that one side misses don’t count; a pair without any has nothing but that to say', () => {
  const walls = times(1);
  const pair = only([variant('a', [null, ...walls]), variant('b', [3, ...times(0.5)])]);
  assert.equal(pair.rounds, 10);
  const none = only([variant('a', [null, 5]), variant('b', [5, null])]);
  assert.deepEqual(
    [none.rounds, none.ratio, none.test, none.minimumDetectableEffect, none.verdict],
    [0, null, null, null, 'inconclusive'],
  );
  assert.deepEqual(compareVariants([variant('a', walls)], options), []);
});

test('the same seed gives the same comparison', () => {
  const variants = [variant('a', times(1)), variant('b', times(0.9, NOISE.toReversed()))];
  assert.deepEqual(compareVariants(variants, options), compareVariants(variants, options));
});

test('swapping the two variants inverts the ratio and the verdict; another unit changes nothing', () => {
  const walls = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 10, maxLength: 10 });
  const opposite = {
    faster: 'slower',
    slower: 'faster',
    'no-difference': 'no-difference',
    inconclusive: 'inconclusive',
  };
  fc.assert(
    fc.property(walls, walls, (a, b) => {
      const forth = only([variant('a', a), variant('b', b)]);
      const back = only([variant('b', b), variant('a', a)]);
      const inverse = (value: number) => Math.abs(value - 1) < 1e-12;
      assert.ok(inverse(forth.ratio!.estimate * back.ratio!.estimate));
      assert.ok(inverse(forth.ratio!.low * back.ratio!.high) && inverse(forth.ratio!.high * back.ratio!.low));
      assert.equal(back.verdict, opposite[forth.verdict]);
      assert.equal(back.test!.pValue, forth.test!.pValue);
      const inSeconds = only([
        variant(
          'a',
          a.map((wall) => wall / 1000),
        ),
        variant(
          'b',
          b.map((wall) => wall / 1000),
        ),
      ]);
      assert.ok(Math.abs(inSeconds.ratio!.low / forth.ratio!.low - 1) < 1e-12);
    }),
    { numRuns: 40 },
  );
});
