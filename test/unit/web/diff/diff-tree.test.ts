import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PageFlame } from '../../../../src/core/documents/flame.ts';
import { differenceOf } from '../../../../src/output/view/run/differential.ts';
import { topChangeRows } from '../../../../src/output/view/run/top-changes.ts';
import { changeText } from '../../../../src/web/diff/describe-diff.ts';
import { changeAt, diffTree, WIDTHS, widthsOf } from '../../../../src/web/diff/diff-tree.ts';
import { nodeAt } from '../../../../src/web/flame/tree.ts';
import { quantityOf, signed } from '../../../../src/web/flame/units.ts';
import { anyCalls, type Calls, dataOf, sumOf } from '../../../support/call-trees.ts';
import { childrenOf } from '../../../support/flame-children.ts';

const flame = (id: string, calls: Calls, jobs: number | null): PageFlame => ({
  ...{ id, label: id, jobs },
  data: dataOf([calls]),
});

describe('the differential graph', () => {
  // Per job: A parse 40, gone 10; B parse 60, added 5. The root has no time of its own.
  const a = flame(
    'a',
    [
      '(root)',
      0,
      [
        ['parse', 400],
        ['gone', 100],
      ],
    ],
    10,
  );
  const b = flame(
    'b',
    [
      '(root)',
      0,
      [
        ['parse', 1_200],
        ['added', 100],
      ],
    ],
    20,
  );
  const diff = differenceOf(a, b);
  const names = (width: (typeof WIDTHS)[number]): string[] => {
    const tree = diffTree(diff, width);
    return Array.from(childrenOf(tree, 0), (node) => nodeAt(tree, node).name);
  };

  test('is as wide as the larger side of each stack, or as one side', () => {
    assert.deepEqual(
      WIDTHS.map((width) => widthsOf(diff, width)[0]),
      [60 + 10 + 5, 50, 65],
    );
    assert.deepEqual(names('larger'), ['parse', 'gone', 'added']);
    assert.deepEqual(names('a'), ['parse', 'gone']);
    assert.deepEqual(names('b'), ['parse', 'added']);
  });

  test('says what became of a box', () => {
    const of = (name: string) => {
      const node = Array.from(diff.frame).findIndex((frame) => diff.frames[frame]?.name === name);
      const { a: before, b: after, change, relative } = changeAt(diff, node);
      return [before, after, change, relative];
    };
    assert.deepEqual(of('parse'), [40, 60, 'grew', 20 / 60]);
    assert.deepEqual(of('gone'), [10, 0, 'removed', -1]);
    assert.deepEqual(of('added'), [0, 5, 'added', 1]);
  });

  test('compares whole times where the jobs of a side are not known', () => {
    const whole = differenceOf(a, { ...b, jobs: null });
    assert.deepEqual([whole.totalA[0], whole.totalB[0]], [500, 1_300]);
  });

  test('in words', () => {
    const time = quantityOf({});
    assert.deepEqual(
      [2.5, -0.5, 0].map((us) => signed(us, time)),
      ['+2.50 µs', '−0.500 µs', '±0 µs'],
    );
    assert.equal(signed(-1_500, quantityOf({ measures: 'bytes' })), '−1.50 kB');
    const change = { a: 40, b: 60, change: 'grew', noise: 3, isNoise: false, relative: 0.3 } as const;
    assert.equal(changeText(change, time), '+20.0 µs (sampling ±3.00 µs): 50% more');
    assert.match(changeText({ ...change, noise: 30, isNoise: true }, time), /within the sampling error$/);
    assert.match(changeText({ ...change, a: 0, change: 'added' }, time), /only in B$/);
  });

  test('a difference within three deviations of its samples is noise', () => {
    // 100 samples of 10 µs against 110: √210 samples are 145 µs, three times that is more than the 100.
    const sampled = (id: string, samples: number): PageFlame => {
      const one = flame(id, ['(root)', 0, [['f', samples * 10]]], 1);
      return {
        ...one,
        data: { ...one.data, threads: one.data.threads.map((thread) => ({ ...thread, samples })) },
      };
    };
    const [noise] = topChangeRows(differenceOf(sampled('a', 100), sampled('b', 110)));
    assert.deepEqual([noise?.name, noise?.isNoise], ['f', true]);
    assert.ok(Math.abs((noise?.noise ?? 0) - 3 * Math.sqrt(210) * 10) < 1e-9);
    const [change] = topChangeRows(differenceOf(sampled('a', 100), sampled('b', 200)));
    assert.equal(change?.isNoise, false);
  });

  test('whatever the trees, children fit into their parents and no box is narrower than on either side', () => {
    fc.assert(
      fc.property(
        anyCalls,
        anyCalls,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (one, other, jobs, inverted) => {
          const direction = inverted ? 'bottom-up' : 'top-down';
          const both = differenceOf(flame('a', one, jobs), flame('b', other, 1), {
            direction,
            collapsed: false,
          });
          for (const width of WIDTHS) {
            const tree = diffTree(both, width);
            for (let node = 0; node < tree.size; node++) {
              const below = sumOf(Array.from(childrenOf(tree, node), (child) => tree.total[child] ?? 0));
              assert.ok(below <= (tree.total[node] ?? 0) + 1e-6);
            }
          }
          widthsOf(both, 'larger').forEach((us, node) => {
            assert.ok(us + 1e-6 >= Math.max(both.totalA[node] ?? 0, both.totalB[node] ?? 0));
          });
        },
      ),
    );
  });
});
