import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FlameDiff, FlameFrame } from '../../../src/core/documents/flame.ts';
import { alignFunctions } from '../../../src/profile/align-functions.ts';
import { diffFlames, diffTrees } from '../../../src/profile/diff-trees.ts';
import { changeOf, topChanges } from '../../../src/profile/top-changes.ts';
import { anyCalls, type Calls, dataOf, functionFrame, sumOf, treeOf } from '../../support/call-trees.ts';

const place = (line: number, file = 'jobs.ts'): Partial<FlameFrame> => ({ file, line, column: 1 });

describe('which functions are the same', () => {
  const names = (a: FlameFrame[], b: FlameFrame[]) =>
    alignFunctions(a, b).frames.map(({ name, line, before }) => [name, line, before?.line ?? null]);

  test('name, file, line and column', () => {
    const a = [functionFrame('f', place(1)), functionFrame('g', place(5))];
    const { frames, ofA, ofB } = alignFunctions(a, [...a].reverse());
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['f', 'g'],
    );
    assert.deepEqual(
      [[...ofA], [...ofB]],
      [
        [0, 1],
        [1, 0],
      ],
    );
  });

  test('a function that an edit moved is the same, if its name tells', () => {
    assert.deepEqual(names([functionFrame('f', place(1))], [functionFrame('f', place(9))]), [['f', 9, 1]]);
    const two = [functionFrame('f', place(9)), functionFrame('f', place(12))];
    assert.deepEqual(names([functionFrame('f', place(1))], two), [
      ['f', 1, null],
      ['f', 12, null],
      ['f', 9, null],
    ]);
    // Of two of one name, the one that stayed is known, and so is then the other.
    assert.deepEqual(names([functionFrame('f', place(9)), functionFrame('f', place(1))], two), [
      ['f', 12, 1],
      ['f', 9, null],
    ]);
  });

  test('one without a name, or in another file, is not', () => {
    const anonymous = (line: number) => [functionFrame('(anonymous)', place(line))];
    assert.equal(names(anonymous(1), anonymous(2)).length, 2);
    assert.equal(
      names([functionFrame('f', place(1, 'a.ts'))], [functionFrame('f', place(1, 'b.ts'))]).length,
      2,
    );
  });

  test('another version of a package has the same functions', () => {
    const of = (version: string) =>
      functionFrame('f', {
        ...place(1, `@s/p@${version}/i.js`),
        category: 'dependency',
        package: `@s/p@${version}`,
      });
    const [frame] = alignFunctions([of('1.0.0')], [of('1.1.0')]).frames;
    assert.deepEqual([frame?.file, frame?.before?.file], ['@s/p@1.1.0/i.js', '@s/p@1.0.0/i.js']);
  });
});

function diffOf(a: Calls, b: Calls, jobsA = 1, jobsB = 1): FlameDiff {
  const framesA: FlameFrame[] = [];
  const framesB: FlameFrame[] = [];
  const treeA = treeOf(a, framesA);
  const treeB = treeOf(b, framesB);
  return diffTrees(
    { frames: framesA, tree: treeA, jobs: jobsA, intervalUs: 1000 },
    { frames: framesB, tree: treeB, jobs: jobsB, intervalUs: 1000 },
  );
}

/** Every node as `root/…/name`, with the times of both sides. */
function rowsOf({ frames, frame, parent, selfA, selfB, totalA, totalB }: FlameDiff) {
  const paths: string[] = [];
  return Array.from(frame, (at, node) => {
    const above = parent[node]!;
    paths.push(`${above < 0 ? '' : `${paths[above]}/`}${frames[at]!.name}`);
    return [paths[node]!, selfA[node]!, selfB[node]!, totalA[node]!, totalB[node]!] as const;
  });
}

const BEFORE: Calls = [
  '(root)',
  0,
  [
    [
      'run',
      10,
      [
        ['parse', 40],
        ['old', 20],
      ],
    ],
  ],
];
const AFTER: Calls = [
  '(root)',
  0,
  [
    [
      'run',
      30,
      [
        ['parse', 20],
        ['new', 60, [['parse', 10]]],
      ],
    ],
  ],
];

test('both trees in one, per job; what only one has is 0 on the other', () => {
  assert.deepEqual(rowsOf(diffOf(BEFORE, AFTER, 1, 10)), [
    ['(root)', 0, 0, 70, 12],
    ['(root)/run', 10, 3, 70, 12],
    ['(root)/run/parse', 40, 2, 40, 2],
    ['(root)/run/old', 20, 0, 20, 0],
    ['(root)/run/new', 0, 6, 0, 7],
    ['(root)/run/new/parse', 0, 1, 0, 1],
  ]);
});

test('the biggest topChanges, by self and by total time', () => {
  const diff = diffOf(BEFORE, AFTER, 10, 10);
  const rows = (by: 'self' | 'total') =>
    topChanges(diff, by).map(({ frame, selfA, selfB, totalA, totalB, change }) => [
      frame.name,
      ...[selfA, selfB, totalA, totalB],
      change,
    ]);
  assert.deepEqual(rows('self'), [
    ['new', 0, 6, 0, 7, 'added'],
    ['old', 2, 0, 2, 0, 'removed'],
    ['run', 1, 3, 7, 12, 'grew'],
    ['parse', 4, 3, 4, 3, 'shrank'],
    ['(root)', 0, 0, 7, 12, 'grew'],
  ]);
  assert.deepEqual(
    rows('total').map(([name]) => name),
    ['new', '(root)', 'run', 'old', 'parse'],
  );
  // 40 µs per job in samples of 1,000 µs over 10 jobs, of 100 µs per job: √(4·100 + 3·100).
  assert.equal(topChanges(diff).find(({ frame }) => frame.name === 'parse')!.sampling, Math.sqrt(400 + 300));
});

test('a side without jobs can’t be compared', () => {
  assert.throws(() => diffOf(BEFORE, AFTER, 0, 1), RangeError);
});

test('variants: all threads as one, without idle time', () => {
  const a = dataOf([
    [
      '(root)',
      0,
      [
        ['work', 8],
        ['(idle)', 92],
      ],
    ],
  ]);
  const b = dataOf([
    ['(root)', 0, [['(idle)', 100]]],
    [
      '(root)',
      0,
      [
        ['work', 6],
        ['(idle)', 94],
      ],
    ],
    [
      '(root)',
      0,
      [
        ['work', 4],
        ['(idle)', 96],
      ],
    ],
  ]);
  const diff = diffFlames({ data: a, jobs: 2 }, { data: b, jobs: 2 });
  assert.deepEqual(rowsOf(diff), [
    ['(root)', 0, 0, 4, 5],
    ['(root)/work', 4, 5, 4, 5],
  ]);
});

test('a tree and itself differ in nothing', () => {
  fc.assert(
    fc.property(anyCalls, fc.integer({ min: 1, max: 50 }), (calls, jobs) => {
      const diff = diffOf(calls, calls, jobs, jobs);
      assert.deepEqual(diff.selfA, diff.selfB);
      assert.ok(topChanges(diff).every(({ change, selfA, selfB }) => change === 'same' && selfA === selfB));
    }),
  );
});

const jobs = fc.integer({ min: 1, max: 1_000 });
const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

test('additive: over every subtree, and over the functions, differences add up to that of the sums', () => {
  fc.assert(
    fc.property(anyCalls, anyCalls, jobs, jobs, (a, b, jobsA, jobsB) => {
      const diff = diffOf(a, b, jobsA, jobsB);
      const sumA = sumOf(treeOf(a, []).self) / jobsA;
      const sumB = sumOf(treeOf(b, []).self) / jobsB;
      const deltas = Array.from(diff.selfB, (us, node) => us - diff.selfA[node]!);
      assert.ok(near(sumOf(deltas), sumB - sumA));
      assert.ok(near(sumOf(topChanges(diff).map(({ selfA, selfB }) => selfB - selfA)), sumB - sumA));
      const below = [...deltas];
      for (let node = below.length - 1; node > 0; node--) below[diff.parent[node]!]! += below[node]!;
      assert.ok(below.every((delta, node) => near(delta, diff.totalB[node]! - diff.totalA[node]!)));
    }),
  );
});

test('symmetric: swapping the sides swaps their times and changes nothing else', () => {
  fc.assert(
    fc.property(anyCalls, anyCalls, jobs, jobs, (a, b, jobsA, jobsB) => {
      const one = diffOf(a, b, jobsA, jobsB);
      const other = diffOf(b, a, jobsB, jobsA);
      const swapped = rowsOf(other).map(([path, selfA, selfB, totalA, totalB]) => [
        path,
        selfB,
        selfA,
        totalB,
        totalA,
      ]);
      assert.deepEqual(rowsOf(one), swapped);
      const negated = topChanges(other).map(({ frame, selfA, selfB }) => [frame.name, selfA - selfB]);
      assert.deepEqual(
        topChanges(one).map(({ frame, selfA, selfB }) => [frame.name, selfB - selfA]),
        negated,
      );
      assert.deepEqual(
        topChanges(one).map(({ sampling }) => sampling.toFixed(6)),
        topChanges(other).map(({ sampling }) => sampling.toFixed(6)),
      );
    }),
  );
});

test('what became of a time', () => {
  assert.deepEqual(
    [
      [0, 0],
      [0, 2],
      [2, 0],
      [1, 2],
      [2, 1],
      [2, 2],
    ].map(([a, b]) => changeOf(a!, b!)),
    ['same', 'added', 'removed', 'grew', 'shrank', 'same'],
  );
});
