import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { diffFlames } from '../../../src/profile/diff-trees.ts';
import { flameData } from '../../../src/profile/flame-tree.ts';
import { flameView } from '../../../src/profile/flame-view.ts';
import { movers } from '../../../src/profile/movers.ts';
import { selfVariance } from '../../../src/profile/self-time.ts';
import type { FlameData } from '../../../src/types/flame.ts';
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
      [thread?.selfUs, thread?.variance],
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
    const g = movers(diff).find(({ frame }) => frame.name === 'g');
    assert.deepEqual([g?.selfA, g?.selfB], [80, 40]);
    assert.equal(g?.samplingUs, Math.sqrt(6_400 + 800 / 4));
    assert.equal(g?.totalSamplingUs, g?.samplingUs);
    // f: 20 µs in one sample on both sides.
    assert.equal(diff.totalVariance[0], 6_400 + 800 / 4 + 400 + 400 / 4);
  });

  test('variances add up, whatever is done to the trees', () => {
    const choices = fc.record({
      threads: fc.constantFrom('one' as const, 'levels' as const),
      idle: fc.constant('keep' as const),
      recursion: fc.constantFrom('keep' as const, 'direct' as const, 'all' as const),
      direction: fc.constantFrom('top-down' as const, 'bottom-up' as const),
    });
    fc.assert(
      fc.property(fc.array(anyCalls, { minLength: 1, maxLength: 3 }), choices, (threads, choice) => {
        const bare = dataOf(threads);
        const data: FlameData = {
          ...bare,
          threads: bare.threads.map((thread) => ({ ...thread, variance: thread.selfUs.map((us) => us * 3) })),
        };
        const { tree } = flameView(data, choice);
        const all = sumOf(data.threads.map(({ variance }) => sumOf(variance ?? [])));
        assert.equal(sumOf(tree.variance ?? []), all);
      }),
    );
  });
});
