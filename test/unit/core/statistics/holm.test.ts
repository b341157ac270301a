import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holm } from '../../../../src/core/statistics/holm.ts';

const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(9)));

test("by hand, and as R's p.adjust(p, 'holm')", () => {
  // 3·0.01; 2·0.03; then 0.04, which may not be less than the one before.
  assert.deepEqual(rounded(holm([0.01, 0.04, 0.03])), [0.03, 0.06, 0.06]);
  // 5·0.01, 4·0.02, 3·0.03, 2·0.04 = 0.08 → 0.09, 0.05 → 0.09
  assert.deepEqual(rounded(holm([0.01, 0.02, 0.03, 0.04, 0.05])), [0.05, 0.08, 0.09, 0.09, 0.09]);
  assert.deepEqual(holm([0.6, 0.9]), [1, 1]);
  assert.deepEqual([holm([]), holm([0.2])], [[], [0.2]]);
});

test('never below the raw value, never above Bonferroni, same order, same for any arrangement', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
      const adjusted = holm(pValues);
      pValues.forEach((p, index) => {
        assert.ok(p <= adjusted[index]! && adjusted[index]! <= Math.min(1, pValues.length * p));
        pValues.forEach((other, at) => {
          if (p < other) assert.ok(adjusted[index]! <= adjusted[at]!);
        });
      });
      assert.deepEqual(holm(pValues.toReversed()), adjusted.toReversed());
    }),
  );
});
