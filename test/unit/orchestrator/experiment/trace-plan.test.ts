import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planPairs } from '../../../../src/orchestrator/experiment/tracing.ts';

test('each variant has a pair; what is left of the budget goes to the quickest first, up to five', () => {
  // 2 × (1,449 + 130 + 132) = 3,422 of 6,000 ms; four more of each quick one are 2,096; a second slow one is too much.
  assert.deepEqual(planPairs([1_449, 130, 132], 6_000), [1, 5, 5]);
  assert.deepEqual(planPairs([10, 10], 6_000), [5, 5]);
  assert.deepEqual(planPairs([60_000, 9_000], 6_000), [1, 1]);
  // 900 of 1,000 ms, then one more of the quicker.
  assert.deepEqual(planPairs([400, 50], 1_000), [1, 2]);
  assert.deepEqual(planPairs([], 6_000), []);
});

test('from 1 to 5, within the budget unless one of each is too much already, and never fewer for the quicker', () => {
  const walls = fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { maxLength: 6 });
  fc.assert(
    fc.property(walls, (given) => {
      const pairs = planPairs(given, 6_000);
      assert.ok(pairs.every((count) => count >= 1 && count <= 5));
      const least = 2 * given.reduce((sum, wall) => sum + wall, 0);
      const planned = 2 * given.reduce((sum, wall, index) => sum + wall * pairs[index]!, 0);
      assert.ok(planned <= Math.max(6_000, least) + 1e-6);
      for (const [a, wallA] of given.entries())
        for (const [b, wallB] of given.entries()) if (wallA < wallB) assert.ok(pairs[a]! >= pairs[b]!);
    }),
  );
});
