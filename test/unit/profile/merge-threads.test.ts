import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeThreads, threadAlone, threadsAsLevels } from '../../../src/profile/merge-threads.ts';
import { anyCalls, type Calls, callsOf, dataOf, sumOf } from '../../support/call-trees.ts';

const MAIN: Calls = [
  '(root)',
  0,
  [
    ['work', 3, [['parse', 5]]],
    ['(idle)', 2],
  ],
];
const WORKER: Calls = ['(root)', 1, [['work', 10, [['send', 4]]]]];
const DATA = dataOf([MAIN, WORKER]);

test('all in one: the same stacks are added up, whichever thread they are of', () => {
  assert.deepEqual(callsOf(mergeThreads(DATA.threads), DATA.frames), [
    '(root)',
    1,
    [
      [
        'work',
        13,
        [
          ['parse', 5],
          ['send', 4],
        ],
      ],
      ['(idle)', 2],
    ],
  ]);
});

test('side by side: each thread is a frame below the root, in their order', () => {
  const { frames, tree } = threadsAsLevels(DATA);
  assert.deepEqual(callsOf(tree, frames), [
    'all threads',
    0,
    [
      [
        'main thread',
        0,
        [
          ['work', 3, [['parse', 5]]],
          ['(idle)', 2],
        ],
      ],
      ['worker 1', 1, [['work', 10, [['send', 4]]]]],
    ],
  ]);
  assert.deepEqual(
    frames.slice(DATA.frames.length).map(({ category }) => category),
    ['thread', 'thread', 'thread'],
  );
});

test('threads of one name stay apart', () => {
  const same = { ...DATA, threads: DATA.threads.map((thread) => ({ ...thread, label: 'worker' })) };
  const { tree, frames } = threadsAsLevels(same);
  assert.equal(callsOf(tree, frames)[2]!.length, 2);
});

test('one alone', () => {
  const { frames, tree } = threadAlone(DATA, 1);
  assert.deepEqual(callsOf(tree, frames), ['worker 1', 1, [['work', 10, [['send', 4]]]]]);
});

test('merging keeps all time, in order or out of it', () => {
  fc.assert(
    fc.property(fc.array(anyCalls, { minLength: 1, maxLength: 4 }), (threads) => {
      const data = dataOf(threads);
      const all = data.threads.reduce((sum, { self }) => sum + sumOf(self), 0);
      const merged = mergeThreads(data.threads);
      assert.equal(sumOf(merged.self), all);
      assert.equal(sumOf(threadsAsLevels(data).tree.self), all);
      assert.equal(sumOf(mergeThreads([...data.threads].reverse()).self), all);
      assert.equal(mergeThreads([...data.threads].reverse()).frame.length, merged.frame.length);
    }),
  );
});
