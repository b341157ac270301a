import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { steadyGrowth } from '../../../../src/core/statistics/drift.ts';
import { createRandom, type Random } from '../../../../src/core/statistics/random.ts';

const range = (count: number, of: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => of(index));
const ALPHA = 0.01 / 4;

test('eight that rise by 26 each: 26 a step, and one order of 40,320 rises, one falls', () => {
  const found = steadyGrowth(
    range(8, (index) => 10 + 26 * index),
    ALPHA,
  );
  assert.equal(found?.perStep, 26);
  assert.ok(Math.abs(found.pValue - 2 / 40_320) < 1e-12);
});

test('seven are too few, and what falls does not grow', () => {
  assert.equal(
    steadyGrowth(
      range(7, (index) => index),
      ALPHA,
    ),
    null,
  );
  assert.equal(
    steadyGrowth(
      range(20, (index) => -index),
      ALPHA,
    ),
    null,
  );
});

test('a cache that fills up and stops is no growth; one disturbed value hides none', () => {
  assert.equal(
    steadyGrowth(
      range(16, (index) => 100 * (1 - Math.exp(-index / 3))),
      ALPHA,
    ),
    null,
  );
  const disturbed = range(16, (index) => (index === 5 ? 900 : 10 * index));
  assert.equal(Math.round(steadyGrowth(disturbed, ALPHA)!.perStep), 10);
});

describe('of 2,000 runs without a leak few are called out', () => {
  const shapes: readonly (readonly [string, (random: Random) => number[]])[] = [
    ['noise', (random) => range(12, () => 30 + random())],
    ['a level that steps once', (random) => range(12, (index) => (index < 4 ? 30 : 45) + random())],
    ['a cache that fills up', (random) => range(12, (index) => 40 * (1 - Math.exp(-index / 2)) + random())],
  ];
  for (const [name, shape] of shapes) {
    test(name, () => {
      const random = createRandom(11);
      let alarms = 0;
      for (let run = 0; run < 2_000; run++) if (steadyGrowth(shape(random), ALPHA) !== null) alarms++;
      assert.ok(alarms <= 20, `${alarms}`);
    });
  }
});
