import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldedView, speedscopeView } from '../../../../src/web/flame/saved-view.ts';
import { buildTree } from '../../../../src/web/flame/tree.ts';
import { flame } from '../../../fixtures/runs/flames.ts';

// Own time, µs: a 20, b below it 5, and b by itself 1; 30 idle.
const data = flame('event-loop', [
  [
    'main thread',
    [
      '(root)',
      0,
      [
        ['(idle)', 30],
        ['a', 20, [['b;1', 5]]],
      ],
    ],
  ],
  ['worker 1', ['(root)', 0, [['b;1', 1]]]],
]);
const choice = { direction: 'top-down', showIdle: false, collapsed: false } as const;

test('folded stacks are what is drawn: threads first where they stand side by side', () => {
  const lines = foldedView(buildTree(data, { ...choice, threads: 'levels' }))
    .trimEnd()
    .split('\n');
  const amounts = lines.map((line) => Number(/ (\d+)$/.exec(line)?.[1]));
  assert.deepEqual(amounts, [20, 5, 1], 'idle time is not drawn');
  assert.ok(lines.every((line) => line.startsWith('main thread;') || line.startsWith('worker_1;')));
  assert.match(lines[2] ?? '', /^worker_1;b:1/, 'no name has a separator in it, or a number at its end');
});

test('read from the functions up, the first of a stack is the function', () => {
  const tree = buildTree(data, { ...choice, threads: 'one', direction: 'bottom-up' });
  const lines = foldedView(tree).trimEnd().split('\n');
  assert.equal(
    lines.reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)![1]), 0),
    26,
  );
  assert.ok(lines.some((line) => /^b:1[^;]*;a/.test(line)));
});

test('speedscope gets the same stacks', () => {
  const file = speedscopeView(buildTree(data, { ...choice, threads: 0 }), 'event-loop', 'microseconds');
  const { shared, profiles } = file as {
    shared: { frames: { name: string }[] };
    profiles: { samples: number[][]; weights: number[]; endValue: number }[];
  };
  const [profile] = profiles;
  const named = profile!.samples.map((stack) => stack.map((frame) => shared.frames[frame]!.name));
  assert.deepEqual(named, [['a'], ['a', 'b;1']]);
  assert.deepEqual([profile!.weights, profile!.endValue], [[20, 5], 25]);
});
