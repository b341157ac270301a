import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FlameData } from '../../../src/core/documents/flame.ts';
import { diffFlames } from '../../../src/profile/diff-trees.ts';
import { flameData } from '../../../src/profile/flame-tree.ts';
import { flameView } from '../../../src/profile/flame-view.ts';
import { selfVariance } from '../../../src/profile/self-time.ts';
import { topChanges } from '../../../src/profile/top-changes.ts';
import { anyCalls, dataOf, sumOf } from '../../support/call-trees.ts';
import { profileOf } from '../../support/profiles.ts';

const root = { name: '(root)', children: [{ name: 'f' }, { name: 'g' }] };

describe('how uncertain times are by sampling alone', () => {
  test('the sum of the squares of the samples that they are made of', () => {
    // f: 10 and 10 µs, g: one of 80 µs.
    const profile = profileOf(root, [
      [0, 2],
      [10, 2],
      [20, 3],
    ]);
    assert.deepEqual(Array.from(selfVariance(profile) ?? []), [0, 200, 6_400]);
    const [thread] = flameData('x', [profile]).threads;
    assert.deepEqual(
      [thread?.self, thread?.variance],
      [
        [0, 80, 20],
        [0, 6_400, 200],
      ],
    );
    assert.equal(
      selfVariance({ ...profile, samples: { node: new Int32Array(), timeUs: new Float64Array() } }),
      undefined,
    );
  });

  test('one long sample is one event, and no change that could be told from none', () => {
    // Both sides have 80 µs of g; A in one sample, B in eight.
    const long = flameData('a', [
      profileOf(root, [
        [0, 2],
        [20, 3],
      ]),
    ]);
    const short = flameData('b', [
      profileOf(root, [[0, 2], ...Array.from({ length: 8 }, (_, i) => [20 + 10 * i, 3] as const)]),
    ]);
    const diff = diffFlames({ data: long, jobs: 1 }, { data: short, jobs: 2 });
    const g = topChanges(diff).find(({ frame }) => frame.name === 'g');
    assert.deepEqual([g?.selfA, g?.selfB], [80, 40]);
    // Apart 6,400 + 800 / 4; were there no difference, (6,400 + 800) / (1 × 2).
    assert.equal(g?.sampling, Math.sqrt(6_600));
    assert.equal(g?.totalSampling, g?.sampling);
    // f: 20 µs in one sample on both sides.
    assert.deepEqual([diff.totalVarianceA[0], diff.totalVarianceB[0]], [6_800, 1_200 / 4]);
  });

  test('a side with few jobs and no sample is not certain of its 0', () => {
    // 8 samples of 10 µs over 40 jobs of B, 2 µs per job; of the 4 jobs of A 0.8 of a sample was to be expected.
    const none = flameData('a', [profileOf(root, [[0, 2]], { end: 20 })]);
    const some = flameData('b', [
      profileOf(
        root,
        Array.from({ length: 8 }, (_, i) => [10 * i, 3] as const),
        { end: 80 },
      ),
    ]);
    const [one, other] = [
      { data: none, jobs: 4 },
      { data: some, jobs: 40 },
    ];
    const g = (diff: ReturnType<typeof diffFlames>) =>
      topChanges(diff).find(({ frame }) => frame.name === 'g');
    const expected = Math.sqrt(800 / (4 * 40));
    assert.ok(Math.abs((g(diffFlames(one, other))?.sampling ?? 0) - expected) < 1e-12);
    assert.ok(Math.abs((g(diffFlames(other, one))?.sampling ?? 0) - expected) < 1e-12);
    // By its own samples alone it would be √800 / 40, and the 2 µs nearly three times that.
    assert.ok(expected > 3 * (Math.sqrt(800) / 40));
  });

  test('variances add up, whatever is done to the trees', () => {
    const choices = fc.record({
      threads: fc.constantFrom('one' as const, 'levels' as const),
      idle: fc.constant('keep' as const),
      recursion: fc.constantFrom('keep' as const, 'all' as const),
      direction: fc.constantFrom('top-down' as const, 'bottom-up' as const),
    });
    fc.assert(
      fc.property(fc.array(anyCalls, { minLength: 1, maxLength: 3 }), choices, (threads, choice) => {
        const bare = dataOf(threads);
        const data: FlameData = {
          ...bare,
          threads: bare.threads.map((thread) => ({ ...thread, variance: thread.self.map((us) => us * 3) })),
        };
        const { tree } = flameView(data, choice);
        const all = sumOf(data.threads.map(({ variance }) => sumOf(variance ?? [])));
        assert.equal(sumOf(tree.variance ?? []), all);
      }),
    );
  });
});
