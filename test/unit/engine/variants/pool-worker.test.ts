import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { slotsOf } from '../../../../src/engine/variants/pool-worker.ts';

test('by hand: 10 at once in 4 threads is 3, 3, 2, 2', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((place) => slotsOf(place, 10, 4)),
    [3, 3, 2, 2],
  );
});

test('slots of all threads add up to the concurrency, and differ by one at the most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(1000), (workers, more) => {
      const concurrency = workers + more;
      const slots = Array.from({ length: workers }, (_, place) => slotsOf(place, concurrency, workers));
      assert.equal(
        slots.reduce((sum, count) => sum + count, 0),
        concurrency,
      );
      assert.ok(Math.max(...slots) - Math.min(...slots) <= 1 && Math.min(...slots) >= 1);
    }),
  );
});
