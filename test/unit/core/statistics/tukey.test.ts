import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tukeyFences } from '../../../../src/core/statistics/tukey.ts';

test('by hand: quartiles 2 and 4, so fences at −1 and 7, −4 and 10', () => {
  // 1 2 3 4 and one more of 7, 7.1, 10, 10.1: its place in the order is the last, quartiles are the 2nd and
  // 4th.
  const of = (last: number) => tukeyFences([last, 1, 2, 3, 4])!;
  assert.deepEqual(
    [of(7).mild, of(7).severe],
    [
      { low: -1, high: 7 },
      { low: -4, high: 10 },
    ],
  );
  assert.deepEqual(of(7).outliers, []);
  assert.deepEqual(of(7.1).outliers, [{ index: 0, value: 7.1, kind: 'mild', side: 'high' }]);
  assert.equal(of(10).outliers[0]?.kind, 'mild');
  assert.equal(of(10.1).outliers[0]?.kind, 'severe');
});

test('low outliers, in the order of the values; fewer than five values have none to speak of', () => {
  const { outliers } = tukeyFences([100, -90, 101, 102, 103, 94.9, 104])!;
  // Sorted −90 94.9 100 101 102 103 104: quartiles 97.45 and 102.5, mild below 89.875.
  assert.deepEqual(outliers, [{ index: 1, value: -90, kind: 'severe', side: 'low' }]);
  assert.equal(tukeyFences([1, 2, 3, 1000]), null);
});

test('with no spread between the quartiles whatever differs is severe', () => {
  assert.deepEqual(
    tukeyFences([5, 5, 5, 5, 5, 6])!.outliers.map(({ kind }) => kind),
    ['severe'],
  );
});

test('moves and scales with the values', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 30 });
  fc.assert(
    fc.property(values, (list) => {
      const where = (factor: number, shift: number) =>
        tukeyFences(list.map((value) => value * factor + shift))!.outliers.map(({ index, kind }) => [
          index,
          kind,
        ]);
      assert.deepEqual(where(4, 64), where(1, 0));
      assert.deepEqual(where(-1, 0), where(1, 0));
    }),
  );
});
