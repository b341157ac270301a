import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProfileNode } from '../../../src/core/documents/v8-profiles.ts';
import { totalTimes } from '../../../src/profile/call-tree.ts';
import { flameData } from '../../../src/profile/flame-tree.ts';
import type { ThreadProfile } from '../../../src/profile/profile.ts';
import { topFunctions } from '../../../src/profile/top-functions.ts';
import { type Call, frame, parsed, profileOf } from '../../support/profiles.ts';

const FILE = 'file:///app/src/jobs.ts';
const OPTIONS = { displayRoot: '/app', threadmillRoot: '/opt/threadmill' };
const walk = (children: readonly Call[] = []): Call => ({
  name: 'walk',
  url: FILE,
  line: 3,
  column: 4,
  children,
});

// ids: 1 (root)  2 walk  3 walk  4 leaf  5 walk, a twin of 2  6 (idle)
const CALLS: Call = {
  name: '(root)',
  children: [walk([walk([{ name: 'leaf', url: FILE, line: 9 }])]), walk(), { name: '(idle)' }],
};
//                 walk 10    walk/walk 20   leaf 30     twin 15      idle 25
const PROFILE = profileOf(CALLS, [
  [0, 2],
  [10, 3],
  [30, 4],
  [60, 5],
  [75, 6],
]);

test('calls of one function by one caller are one node, and branches come longest first', () => {
  const { frames, threads } = flameData('worker-pool', [PROFILE], OPTIONS);
  const [thread] = threads;
  const names = thread!.frame.map((id) => frames[id]!.name);
  assert.deepEqual(names, ['(root)', 'walk', 'walk', 'leaf', '(idle)']);
  assert.deepEqual(thread!.parent, [-1, 0, 1, 2, 0]);
  assert.deepEqual(thread!.self, [0, 10 + 15, 20, 30, 25]);
  assert.deepEqual([thread!.duration, thread!.samples], [100, 5]);
  const place = { file: 'src/jobs.ts', line: 4, column: 5 };
  assert.deepEqual(frames[1], { name: 'walk', ...place, category: 'user', package: null });
});

test('a wrapper of WebAssembly is one function, whichever of its twins V8 names', () => {
  const wasm = (name: string): Call => ({ name, url: 'wasm://wasm/1', line: 0, column: 0 });
  const calls = [wasm('wasm-to-js:i:i'), wasm('wasm-to-js:iiii:i'), wasm('js-to-wasm:i:i')];
  const profile = profileOf({ name: '(root)', children: calls }, [
    [0, 2],
    [10, 3],
    [30, 4],
  ]);
  const rows = topFunctions(flameData('event-loop', [profile], OPTIONS));
  const self = new Map(rows.map(({ frame: { name }, self: us }) => [name, us]));
  assert.equal(self.get('wasm-to-js'), 30);
  assert.ok(self.has('js-to-wasm'), 'the other way is another function');
});

test('recursion counts once in the total', () => {
  const data = flameData('worker-pool', [PROFILE], OPTIONS);
  const rows = topFunctions(data).map(({ frame: { name }, self, totalUs }) => [name, self, totalUs]);
  // walk: 10 + 20 + 15 itself; in it and below 75, not 75 + 50.
  assert.deepEqual(rows, [
    ['walk', 45, 75],
    ['leaf', 30, 30],
    ['(idle)', 25, 25],
    ['(root)', 0, 100],
  ]);
});

test('threads share the table of functions, and are summed or told apart', () => {
  const worker: ThreadProfile = {
    ...PROFILE,
    thread: { thread: 1, label: 'worker 1', variant: 'worker-pool' },
  };
  const data = flameData('worker-pool', [PROFILE, worker], OPTIONS);
  assert.equal(data.frames.length, 4);
  assert.equal(topFunctions(data)[0]!.self, 90);
  assert.equal(topFunctions(data, { thread: 1 })[0]!.self, 45);
  assert.deepEqual(topFunctions(data, { thread: 7 }), []);
});

test('what a saved profile carries replaces the options', () => {
  const thread = {
    ...PROFILE.thread,
    displayRoot: '/app/src',
    threadmillRoot: '/app',
    packages: { '/x/node_modules/p': '1.2.3' },
  };
  const calls: Call = {
    name: '(root)',
    children: [
      { name: 'f', url: FILE },
      { name: 'g', url: '/x/node_modules/p/i.js' },
    ],
  };
  const { frames } = flameData('sequential', [{ ...profileOf(calls, []), thread }]);
  const shown = frames.map(({ file, category }) => [file, category]).sort();
  assert.deepEqual(
    shown,
    [
      ['jobs.ts', 'threadmill'],
      ['p@1.2.3/i.js', 'dependency'],
      [null, 'program'],
    ].sort(),
  );
});

test('a stack of 10,000 frames and a million samples are no trouble', () => {
  const depth = 10_000;
  const nodes: ProfileNode[] = Array.from({ length: depth }, (_, i) => {
    return {
      id: i + 1,
      callFrame: frame(i === 0 ? '(root)' : `f${i}`, FILE, i),
      children: i + 1 < depth ? [i + 2] : [],
    };
  });
  const count = 1_000_000;
  const profile = parsed({
    nodes,
    startTime: 0,
    endTime: count,
    samples: Array.from({ length: count }, (_, i) => (i % depth) + 1),
    timeDeltas: Array.from({ length: count }, (_, i) => (i % 1000 === 999 ? -1 : i % 1000 === 998 ? 3 : 1)),
    threadmill: PROFILE.thread,
  });
  const data = flameData('sequential', [profile], OPTIONS);
  assert.equal(totalTimes(data.threads[0]!)[0], count);
  assert.equal(topFunctions(data).length, depth);
});
