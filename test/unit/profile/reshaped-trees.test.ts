import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CallTree, FlameFrame } from '../../../src/core/documents/flame.ts';
import { totalTimes } from '../../../src/profile/call-tree.ts';
import { collapseRecursion, flameView, invertTree, withoutIdle } from '../../../src/profile/flame-view.ts';
import { addTimes, noTimes } from '../../../src/profile/group-times.ts';
import { anyCalls, type Calls, callsOf, dataOf, sumOf, treeOf } from '../../support/call-trees.ts';

function reshaped(calls: Calls, change: (tree: CallTree, frames: FlameFrame[]) => CallTree): Calls {
  const frames: FlameFrame[] = [];
  const tree = treeOf(calls, frames);
  return callsOf(change(tree, frames), frames);
}

test('direct recursion becomes one call', () => {
  const calls: Calls = [
    '(root)',
    0,
    [
      [
        'walk',
        1,
        [
          [
            'walk',
            2,
            [
              ['walk', 4],
              ['leaf', 8],
            ],
          ],
          ['leaf', 16],
        ],
      ],
    ],
  ];
  assert.deepEqual(reshaped(calls, collapseRecursion), ['(root)', 0, [['walk', 7, [['leaf', 24]]]]]);
});

test('indirect recursion: what lies between two calls of a function leaves the stack', () => {
  // walk ─ visit ─ walk ─ leaf, and time in each
  const calls: Calls = [
    '(root)',
    0,
    [
      [
        'walk',
        1,
        [
          [
            'visit',
            2,
            [
              [
                'walk',
                4,
                [
                  ['leaf', 8],
                  ['visit', 16],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
  ];
  assert.deepEqual(reshaped(calls, collapseRecursion), [
    '(root)',
    0,
    [
      [
        'walk',
        5,
        [
          ['visit', 18],
          ['leaf', 8],
        ],
      ],
    ],
  ]);
});

test('bottom up: self times on the first level, callers below', () => {
  const calls: Calls = [
    '(root)',
    3,
    [
      ['a', 1, [['c', 10]]],
      [
        'b',
        2,
        [
          ['c', 20],
          ['a', 5],
        ],
      ],
    ],
  ];
  assert.deepEqual(reshaped(calls, invertTree), [
    '(root)',
    3,
    [
      [
        'c',
        0,
        [
          ['b', 20],
          ['a', 10],
        ],
      ],
      ['a', 1, [['b', 5]]],
      ['b', 2],
    ],
  ]);
});

test('without idle: the node goes, the rest stays', () => {
  const calls: Calls = [
    '(root)',
    1,
    [
      ['(idle)', 50],
      ['a', 2, [['b', 3]]],
    ],
  ];
  assert.deepEqual(reshaped(calls, withoutIdle), ['(root)', 1, [['a', 2, [['b', 3]]]]]);
});

test('views put these together', () => {
  const data = dataOf([
    [
      '(root)',
      0,
      [
        ['(idle)', 50],
        ['a', 2, [['a', 3, [['b', 4]]]]],
      ],
    ],
    ['(root)', 0, [['b', 7]]],
  ]);
  const drawn = (choice: Parameters<typeof flameView>[1]): Calls => {
    const { frames, tree } = flameView(data, choice);
    return callsOf(tree, frames);
  };
  assert.deepEqual(drawn({ threads: 0, recursion: 'all' }), ['main thread', 0, [['a', 5, [['b', 4]]]]]);
  assert.deepEqual(drawn({ threads: 'one', direction: 'bottom-up', recursion: 'all' }), [
    '(root)',
    0,
    [
      ['b', 7, [['a', 4]]],
      ['a', 5],
    ],
  ]);
  assert.deepEqual(drawn({ threads: 'levels', idle: 'keep' })[2]![0], [
    'main thread',
    0,
    [
      ['(idle)', 50],
      ['a', 2, [['a', 3, [['b', 4]]]]],
    ],
  ]);
});

const timesOf = (tree: CallTree, frames: readonly FlameFrame[]) => {
  const times = noTimes(frames.length);
  addTimes(
    times,
    tree,
    frames.map((_, index) => index),
  );
  return times;
};

test('whatever the tree: time is kept, and each function’s own and total time is what it was', () => {
  fc.assert(
    fc.property(anyCalls, (calls) => {
      const frames: FlameFrame[] = [];
      const tree = treeOf(calls, frames);
      const all = sumOf(tree.self);
      const before = timesOf(tree, frames);
      const collapsed = collapseRecursion(tree);
      assert.equal(sumOf(collapsed.self), all);
      const after = timesOf(collapsed, frames);
      assert.deepEqual(after.self, before.self);
      // What lies between two calls of a function is no longer below the first.
      assert.ok(after.total.every((us, frame) => us <= before.total[frame]!));
      const inverted = invertTree(tree);
      assert.equal(sumOf(inverted.self), all);
      const totals = totalTimes(inverted);
      const firstLevel = new Float64Array(frames.length);
      firstLevel[inverted.frame[0]!] = inverted.self[0]!;
      for (let node = 1; node < totals.length; node++) {
        if (inverted.parent[node] === 0) firstLevel[inverted.frame[node]!]! += totals[node]!;
      }
      assert.deepEqual(firstLevel, before.self);
    }),
  );
});

test('no function occurs twice in a stack whose recursion is collapsed', () => {
  fc.assert(
    fc.property(anyCalls, (calls) => {
      const { frame, parent } = collapseRecursion(treeOf(calls, []));
      for (let node = 0; node < frame.length; node++) {
        const stack: number[] = [];
        for (let at = node; at >= 0; at = parent[at]!) stack.push(frame[at]!);
        assert.equal(new Set(stack).size, stack.length);
      }
    }),
  );
});

test('a stack of 20,000 calls is no trouble', () => {
  const depth = 20_000;
  const tree: CallTree = {
    frame: Array.from({ length: depth }, (_, node) => node % 100),
    parent: Array.from({ length: depth }, (_, node) => node - 1),
    self: Array.from({ length: depth }, () => 1),
  };
  const collapsed = collapseRecursion(tree);
  assert.equal(collapsed.frame.length, 100);
  assert.equal(sumOf(collapsed.self), depth);
  const leafOnly = { ...tree, self: new Float64Array(depth).fill(1, depth - 1) };
  assert.equal(invertTree(leafOnly).frame.length, depth);
});
