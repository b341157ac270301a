import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flameData } from '../../../src/profile/flame-tree.ts';
import {
  perJob,
  runningUs,
  timeByCategory,
  topFunctions,
  topLines,
} from '../../../src/profile/top-functions.ts';
import { anyCalls, type Calls, dataOf, functionFrame, sumOf } from '../../support/call-trees.ts';
import { parsed, savedOf } from '../../support/profiles.ts';

const UNDICI = { category: 'dependency', package: 'undici@7.30.2' } as const;
const FRAMES = [
  functionFrame('onBody', UNDICI),
  functionFrame('dispatch', UNDICI),
  functionFrame('run', { category: 'dependency', package: 'piscina@5.3.2' }),
  functionFrame('emit', { category: 'node' }),
  functionFrame('(program)', { category: 'program' }),
];
const CALLS: Calls = [
  '(root)',
  2,
  [
    ['run', 3, [['dispatch', 5, [['mine', 7, [['onBody', 11]]]]]]],
    ['emit', 13, [['mine', 17]]],
    ['(program)', 19],
    ['(idle)', 100],
  ],
];

test('time by category, dependencies by package; nested calls of a package count once', () => {
  const rows = timeByCategory(dataOf([CALLS], FRAMES));
  assert.deepEqual(
    rows.map(({ category, package: owner, self, totalUs }) => [owner ?? category, self, totalUs]),
    [
      ['idle', 100, 100],
      ['user', 7 + 17, 7 + 11 + 17],
      // The root's own time is the engine's, but not all that is below it.
      ['program', 2 + 19, 2 + 19],
      ['undici@7.30.2', 5 + 11, 5 + 7 + 11],
      ['node', 13, 13 + 17],
      ['piscina@5.3.2', 3, 3 + 5 + 7 + 11],
    ],
  );
  assert.equal(runningUs(dataOf([CALLS], FRAMES)), 2 + 3 + 5 + 7 + 11 + 13 + 17 + 19);
});

test('per job', () => {
  const data = dataOf([CALLS, CALLS], FRAMES);
  const mine = topFunctions(data).find(({ frame }) => frame.name === 'mine')!;
  assert.equal(perJob(mine.self, 8), 6);
  assert.equal(perJob(mine.self, 0), null);
  assert.equal(runningUs(data, { thread: 1 }) * 2, runningUs(data));
});

test('own times of categories add up to all, whatever the tree', () => {
  fc.assert(
    fc.property(fc.array(anyCalls, { minLength: 1, maxLength: 3 }), (threads) => {
      const data = dataOf(threads, [functionFrame('a', UNDICI), functionFrame('b', { category: 'native' })]);
      const all = data.threads.reduce((sum, { self }) => sum + sumOf(self), 0);
      const rows = timeByCategory(data);
      assert.equal(sumOf(rows.map(({ self }) => self)), all);
      for (const { self, totalUs } of rows) assert.ok(self <= totalUs && totalUs <= all);
    }),
  );
});

// ids: 1 (root)  2 work  3 parse  4 (idle)  5 work, below parse
const FILE = 'file:///app/jobs.ts';
const SAVED = savedOf(
  {
    name: '(root)',
    children: [
      {
        name: 'work',
        url: FILE,
        line: 4,
        column: 2,
        children: [{ name: 'parse', children: [] }],
      },
      { name: '(idle)' },
      { name: 'parse', children: [{ name: 'work', url: FILE, line: 4, column: 2 }] },
    ],
  },
  [
    [0, 2],
    [50, 3],
    [60, 6],
    [70, 4],
  ],
);
const TICKS: Readonly<Record<number, readonly { line: number; ticks: number }[]>> = {
  2: [
    { line: 6, ticks: 2 },
    { line: 7, ticks: 1 },
  ],
  6: [
    { line: 7, ticks: 4 },
    // V8 has no line 0: it stands for "not known".
    { line: 0, ticks: 1 },
  ],
  4: [],
};

test('lines: a node’s own time, shared out by its ticks, and added up over stacks and threads', () => {
  const nodes = SAVED.nodes.map((node) => ({ ...node, positionTicks: TICKS[node.id] ?? [] }));
  const profile = parsed({ ...SAVED, nodes });
  const other = { ...profile, thread: { ...profile.thread, thread: 1, label: 'worker 1' } };
  const options = { displayRoot: '/app', threadmillRoot: '/opt/threadmill' };
  const data = flameData('x', [profile, other], options);
  const rows = (choice = {}) =>
    topLines(data, choice).map(({ frame, line, self }) => [frame.name, frame.file, line, self]);
  // Node 2 has 50 µs: 33 + 17. Node 6 has 10: 8 + 2, of which the 2 have no line.
  assert.deepEqual(rows({ thread: 1 }), [
    ['work', 'jobs.ts', 6, 33],
    ['work', 'jobs.ts', 7, 17 + 8],
  ]);
  assert.deepEqual(rows(), [
    ['work', 'jobs.ts', 6, 66],
    ['work', 'jobs.ts', 7, 50],
  ]);
});

test('lines never add up to more than the function has, whatever the ticks', () => {
  const ticks = fc.array(fc.record({ line: fc.integer({ min: 0, max: 5 }), ticks: fc.nat(9) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(ticks, { minLength: 6, maxLength: 6 }), (all) => {
      const nodes = SAVED.nodes.map((node, i) => ({ ...node, positionTicks: all[i]! }));
      const data = flameData('x', [parsed({ ...SAVED, nodes })]);
      const lines = topLines(data);
      for (const { frame, self } of topFunctions(data)) {
        const own = sumOf(lines.filter((line) => line.frame === frame).map((line) => line.self));
        assert.ok(own <= self, `${own} of ${self}`);
      }
    }),
  );
});
