import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { wander } from '../../../../src/core/statistics/wander.ts';

test('by hand: ten rising values', () => {
  // Steps: 9 · 1². Spread of the ranks 1 to 10: 82.5. z = (9 / 82.5 − 2) / √(20 / 57) = −3.192.
  const { range, pValue } = wander([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])!;
  assert.equal(pValue.toFixed(4), '0.0007');
  // Medians of fifths: 15 to 95.
  assert.equal(range, 80);
});

test('a level that goes up and comes back wanders, though it has no trend; values in turns do not', () => {
  const hill = Array.from({ length: 20 }, (_, index) => 10 - Math.abs(index - 9.5));
  assert.ok(wander(hill)!.pValue < 0.001);
  const inTurns = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 1 : 2) + index / 1_000);
  assert.ok(wander(inTurns)!.pValue > 0.9);
});

test('nine values say nothing, nor do equal ones', () => {
  assert.equal(wander([1, 2, 3, 4, 5, 6, 7, 8, 9]), null);
  assert.equal(wander(new Array<number>(12).fill(5)), null);
});

test('of independent values one sequence in twenty is below 5%', () => {
  const random = createRandom(3);
  for (const count of [12, 40]) {
    let below = 0;
    for (let run = 0; run < 2_000; run++) {
      if (wander(Array.from({ length: count }, random))!.pValue < 0.05) below++;
    }
    assert.ok(below > 60 && below < 140, `${count} values: ${below} of 2000`);
  }
});
