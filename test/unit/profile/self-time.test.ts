import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { selfTimes } from '../../../src/profile/self-time.ts';
import { type Call, parsed, profileOf, savedOf } from '../../support/profiles.ts';

// ids:        1                      2                           3             4
const CALLS: Call = {
  name: '(root)',
  children: [{ name: 'main', children: [{ name: 'parse' }] }, { name: '(idle)' }],
};

const selfOf = (profile: Parameters<typeof selfTimes>[0]) => [...selfTimes(profile)];

test('a sample lasts until the next one, the last until the end', () => {
  // at      10    20     25    60    90        end 100
  // node    main  parse  main  idle  parse
  // lasts   10    5      35    30    10        and the 10 µs before the first belong to it: main 20
  const profile = profileOf(CALLS, [
    [10, 2],
    [20, 3],
    [25, 2],
    [60, 4],
    [90, 3],
  ]);
  assert.deepEqual(selfOf(profile), [0, 20 + 35, 5 + 10, 30]);
});

test('time follows the deltas, not the number of samples', () => {
  // main is seen four times in 4 µs, parse once for 96.
  const profile = profileOf(CALLS, [
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 2],
    [4, 3],
  ]);
  assert.deepEqual(selfOf(profile), [0, 4, 96, 0]);
});

test('samples out of order are sorted: no time is lost or negative', () => {
  // As they come: main 10, idle 50, parse 30 (a delta of −20), main 70, idle 80.
  // By time:      main 10, parse 30, idle 50, main 70, idle 80.
  const saved = savedOf(CALLS, [
    [10, 2],
    [50, 4],
    [30, 3],
    [70, 2],
    [80, 4],
  ]);
  assert.deepEqual(saved.timeDeltas, [10, 40, -20, 40, 10]);
  assert.deepEqual(selfOf(parsed(saved)), [0, 30 + 10, 20, 20 + 20]);
});

test('samples outside of the profile are moved to its nearer end', () => {
  // −5 counts as 0; 130 as 100, where nothing is left for it.
  const profile = profileOf(CALLS, [
    [-5, 2],
    [40, 3],
    [130, 4],
  ]);
  assert.deepEqual(selfOf(profile), [0, 40, 60, 0]);
});

test('without samples the duration is split by hit counts; without those it is the root’s', () => {
  const bare = savedOf(CALLS, []);
  assert.deepEqual(selfOf(parsed(bare)), [100, 0, 0, 0]);
  const counted = {
    ...bare,
    nodes: bare.nodes.map((node, i) => ({ ...node, hitCount: i === 1 ? 1 : i === 2 ? 2 : 0 })),
  };
  // 100 µs in thirds, whole µs that add up.
  assert.deepEqual(selfOf(parsed(counted)), [0, 33, 67, 0]);
});

test('the sum is the duration and nothing is negative, whatever the samples', () => {
  const sample = fc.tuple(fc.integer({ min: -50, max: 1_050 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 50 }), (samples) => {
      const self = selfOf(profileOf(CALLS, samples, { start: 0, end: 1_000 }));
      assert.equal(
        self.reduce((sum, value) => sum + value, 0),
        1_000,
      );
      assert.ok(self.every((value) => value >= 0));
    }),
  );
});

test('sparse ids work as well as dense ones', () => {
  const saved = savedOf(CALLS, [[0, 2]]);
  const spread = (id: number) => id * 1_000_003;
  const sparse = {
    ...saved,
    nodes: saved.nodes.map((n) => ({ ...n, id: spread(n.id), children: n.children!.map(spread) })),
    samples: saved.samples!.map(spread),
  };
  assert.deepEqual(selfOf(parsed(sparse)), [0, 100, 0, 0]);
});
