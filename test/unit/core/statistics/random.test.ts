import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, shuffle } from '../../../../src/core/statistics/random.ts';

const draw = (seed: number, count: number) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, random);
};

test('mulberry32: the first numbers of seeds 0 and 1, as its other implementations give them', () => {
  assert.deepEqual(draw(0, 2), [0.26642920868471265, 0.0003297457005828619]);
  assert.deepEqual(draw(1, 3), [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
});

test('numbers are in [0, 1), and the same for the same seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const numbers = draw(seed, 20);
      assert.ok(numbers.every((number) => number >= 0 && number < 1));
      assert.deepEqual(draw(seed, 20), numbers);
    }),
  );
});

test('a shuffle by hand: numbers 0.5, 0 and 0.9 on [a b c d]', () => {
  const numbers = [0.5, 0, 0.9];
  // last 3 with ⌊0.5·4⌋ = 2: a b d c; last 2 with 0: d b a c; last 1 with ⌊0.9·2⌋ = 1: itself.
  assert.deepEqual(
    shuffle(['a', 'b', 'c', 'd'], () => numbers.shift()!),
    ['d', 'b', 'a', 'c'],
  );
});

test('a shuffle keeps every element, works in place, on typed arrays too, and repeats with its seed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), fc.nat(), (list, seed) => {
      const given = [...list];
      const shuffled = shuffle(given, createRandom(seed));
      assert.equal(shuffled, given);
      assert.deepEqual(shuffled.toSorted(), list.toSorted());
      assert.deepEqual([...shuffle(Uint32Array.from(list), createRandom(seed))], shuffled);
    }),
  );
});

test('each element comes to each place about equally often', () => {
  const random = createRandom(7);
  const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  for (let round = 0; round < 8000; round++) {
    shuffle([0, 1, 2, 3], random).forEach((element, place) => {
      counts[element]![place]!++;
    });
  }
  // Expected 2000 each; five standard deviations are 5 · √(8000 · ¼ · ¾) ≈ 194.
  for (const count of counts.flat()) assert.ok(Math.abs(count - 2000) < 194, String(count));
});
