import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Session } from '../../../../src/orchestrator/experiment/session.ts';
import { planPairs, takeTraces } from '../../../../src/orchestrator/experiment/tracing.ts';
import { RunFolder } from '../../../../src/store/run-folder.ts';
import { trial } from '../../../fixtures/runs/records.ts';
import { recordOfWalls } from '../../../support/record-of-walls.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

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

test('a variant that was lost takes no pairs from the others', async (t) => {
  const record = recordOfWalls({ sequential: [60_000], 'event-loop': [1_449], 'worker-pool': [130] });
  record.variants[0]!.state = 'lost';
  const folder = await RunFolder.create(await temporaryFolder(t), record.id);
  const hooks = { progress: { event() {}, close() {} }, signal: new AbortController().signal };
  const session = {
    record,
    folder,
    hooks,
    log: { info() {}, warn() {} },
    injected: null,
  } as unknown as Session;
  const counts = new Map(record.variants.map(({ name }) => [name, 0]));
  const arms = record.variants.map((variant) => ({
    variant,
    file: folder.path(`${variant.name}.bin`),
    run: async () => {
      counts.set(variant.name, counts.get(variant.name)! + 1);
      return { type: 'done', trial: trial(), trace: null } as const;
    },
  }));
  await takeTraces(session, arms);
  // Two trials a pair: 2 × (1,449 + 130) = 3,158 of 6,000 ms, then four more pairs of the quicker.
  assert.deepEqual([...counts.values()], [0, 2, 10]);
});
