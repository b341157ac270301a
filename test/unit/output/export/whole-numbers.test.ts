import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wholeNumbers } from '../../../../src/output/export/whole-numbers.ts';

test('whole numbers: each sum from the beginning is that of the values, rounded', () => {
  assert.deepEqual([...wholeNumbers([0.4, 0.4, 0.4, 2])], [0, 1, 0, 2]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (values) => {
      let exact = 0;
      let whole = 0;
      for (const [i, each] of wholeNumbers(values).entries()) {
        exact += values[i]!;
        whole += each;
        assert.equal(whole, Math.round(exact));
        assert.ok(Number.isInteger(each) && each >= 0);
      }
    }),
  );
});
