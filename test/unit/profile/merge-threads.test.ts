import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeThreads } from '../../../src/profile/merge-threads.ts';
import { parseCpuProfile } from '../../../src/profile/parse-cpu-profile.ts';
import { type Call, profileOf } from '../../support/profiles.ts';

// ids:        1                      2                            3             4
const CALLS: Call = {
  name: '(root)',
  children: [{ name: 'work', children: [{ name: 'parse' }] }, { name: '(idle)' }],
};
const MAIN = profileOf(
  CALLS,
  [
    [0, 2],
    [3_000, 4],
  ],
  { end: 10_000 },
);
const WORKER = profileOf(
  CALLS,
  [
    [500, 3],
    [6_500, 4],
  ],
  { start: 500, end: 9_500, thread: 1, label: 'worker 1' },
);

const rows = (profile: ReturnType<typeof mergeThreads>) =>
  profile.nodes.map(({ id, callFrame, hitCount, children }) => [
    id,
    callFrame.functionName,
    hitCount,
    children,
  ]);

test('each thread is a child of the root, with hits from time and without idling', () => {
  const merged = mergeThreads([MAIN, WORKER]);
  parseCpuProfile(merged, 'merged');
  assert.deepEqual(rows(merged), [
    [1, '(root)', 0, [2, 5]],
    [2, 'thread 0 (main)', 0, [3]],
    [3, 'work', 3, [4]],
    [4, 'parse', 0, []],
    [5, 'thread 1 (worker 1)', 0, [6]],
    [6, 'work', 0, [7]],
    [7, 'parse', 6, []],
  ]);
  assert.deepEqual([merged.startTime, merged.endTime], [0, 10_000]);
});

test('idling can be kept', () => {
  const merged = mergeThreads([WORKER], { idle: 'keep' });
  assert.deepEqual(rows(merged).at(-1), [5, '(idle)', 3, []]);
});

test('rounding never loses more than one hit, however many small nodes there are', () => {
  const children = Array.from({ length: 100 }, (_, i) => ({ name: `f${i}` }));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 100 }), (durations) => {
      let now = 0;
      const samples = durations.map((duration, i): [number, number] => {
        const at = now;
        now += duration;
        return [at, i + 2];
      });
      const merged = mergeThreads([profileOf({ name: '(root)', children }, samples, { end: now })]);
      const hits = merged.nodes.map(({ hitCount }) => hitCount!);
      assert.ok(hits.every((count) => count >= 0));
      assert.equal(
        hits.reduce((sum, count) => sum + count, 0),
        Math.round(now / 1000),
      );
    }),
  );
});
