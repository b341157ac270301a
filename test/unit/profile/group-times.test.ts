import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addTimes, noTimes } from '../../../src/profile/group-times.ts';

const GROUPS = 4;

/** Trees whose parents come first, in any order that allows, depth first or not. */
const anyTree = fc
  .array(fc.tuple(fc.nat(), fc.nat(GROUPS - 1), fc.nat(9)), { minLength: 1, maxLength: 12 })
  .map((rows) => ({
    parent: rows.map(([above], node) => (node === 0 ? -1 : above % node)),
    frame: rows.map(([, frame]) => frame),
    self: rows.map(([, , us]) => us),
  }));

test('by hand: breadth first, a → b, c; b → a: the inner a counts for b, and not again for a', () => {
  const times = noTimes(3);
  addTimes(times, { parent: [-1, 0, 0, 1], frame: [0, 1, 2, 0], self: [1, 2, 4, 8] }, [0, 1, 2]);
  assert.deepEqual([...times.self], [9, 2, 4]);
  assert.deepEqual([...times.total], [15, 10, 4]);
});

test('each node’s time counts once for every group that is on its stack, however the nodes lie', () => {
  fc.assert(
    fc.property(anyTree, fc.constantFrom('calls' as const, 'apart' as const), (tree, root) => {
      const times = noTimes(GROUPS);
      addTimes(times, tree, [0, 1, 2, 3], root);
      const total = new Float64Array(GROUPS);
      for (let node = 0; node < tree.parent.length; node++) {
        const onStack = new Set<number>([tree.frame[node]!]);
        for (let at = node; at >= 0; at = tree.parent[at]!) {
          if (at > 0 || root === 'calls') onStack.add(tree.frame[at]!);
        }
        for (const group of onStack) total[group]! += tree.self[node]!;
      }
      assert.deepEqual(times.total, total);
    }),
  );
});
