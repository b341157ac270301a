import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillOrder, fillPlan } from '../../../src/workload/plan.ts';

const lengths = { jobs: fc.nat(500), items: fc.integer({ min: 1, max: 50 }), seed: fc.nat() };

test('every item occurs equally often, give or take one', () => {
  fc.assert(
    fc.property(lengths.jobs, lengths.items, lengths.seed, (jobs, items, seed) => {
      const counts = new Array<number>(items).fill(0);
      for (const item of fillPlan(new Uint32Array(jobs), items, seed)) counts[item]!++;
      const few = Math.floor(jobs / items);
      assert.equal(counts.filter((count) => count === few + 1).length, jobs % items);
      assert.ok(counts.every((count) => count === few || count === few + 1));
    }),
  );
});

test('a plan as long as the list is a permutation of it', () => {
  fc.assert(
    fc.property(fc.nat(200), lengths.seed, (items, seed) => {
      const plan = fillPlan(new Uint32Array(items), items, seed);
      assert.deepEqual(
        [...plan].sort((a, b) => a - b),
        Array.from({ length: items }, (_, item) => item),
      );
    }),
  );
});

test('the same seed gives the same plan, whatever was in the memory before; another seed another', () => {
  const plan = fillPlan(new Uint32Array(100), 10, 42);
  assert.deepEqual(fillPlan(new Uint32Array(100).fill(9), 10, 42), plan);
  assert.notDeepEqual(fillPlan(new Uint32Array(100), 10, 43), plan);
});

test('the order of a round: every position once, the same again for the same round, another for the next', () => {
  const order = (round: number, seed = 1) => [...fillOrder(new Uint32Array(50), seed, round)];
  const sorted = Array.from({ length: 50 }, (_, position) => position);
  assert.deepEqual(
    order(1).sort((a, b) => a - b),
    sorted,
  );
  assert.deepEqual(order(1), order(1));
  assert.notDeepEqual(order(1), order(2));
  assert.notDeepEqual(order(1), order(1, 2));
  assert.notDeepEqual(order(0), sorted);
});
