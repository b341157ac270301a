import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { flameView } from '../../../src/profile/flame-view.ts';
import { withoutInspector } from '../../../src/profile/heap-cut.ts';
import { errorOf, selfVariance } from '../../../src/profile/heap-variance.ts';
import { allAllocations, allocationsByCategory, topAllocators } from '../../../src/profile/top-allocators.ts';
import { sumOf } from '../../support/call-trees.ts';
import { type Allocating, allocationsOf, parsedHeap, savedHeap } from '../../support/heap-profiles.ts';

const OPTIONS = { displayRoot: '/app', threadmillRoot: '/opt/threadmill' };
const YOURS = 'file:///app/src/jobs.ts';
const PISCINA = 'file:///app/node_modules/piscina/dist/index.js';
const R = 1_000;
/** Half of the 95% interval of so many samples of small objects. */
const within = (samples: number): number => 1.959964 * Math.sqrt(samples * R ** 2);

// run (itself 1 sample) calls parse (2) and, by way of piscina (1), parse again (3); V8 1.
const MAIN = parsedHeap(
  savedHeap({
    name: '(root)',
    children: [
      {
        name: 'run',
        url: YOURS,
        line: 0,
        objects: [1_010],
        children: [
          { name: 'parse', url: YOURS, line: 9, objects: [1_000, 1_020] },
          {
            name: 'post',
            url: PISCINA,
            line: 4,
            objects: [1_100],
            children: [{ name: 'parse', url: YOURS, line: 9, objects: [1_000, 1_000, 1_000] }],
          },
        ],
      },
      { name: '(V8 API)', objects: [1_200] },
    ],
  }),
);
const WORKER = parsedHeap(
  savedHeap(
    { name: '(root)', children: [{ name: 'parse', url: YOURS, line: 9, objects: [1_030] }] },
    { thread: 1, label: 'worker 1' },
  ),
);

describe('what the threads of a variant allocated', () => {
  // In the order of their numbers, whichever comes first.
  const allocations = allocationsOf('worker-pool', [WORKER, MAIN], OPTIONS);

  test('is a flamegraph’s data in bytes', () => {
    const { variant, frames, threads } = allocations.flame;
    assert.equal(variant, 'worker-pool');
    assert.deepEqual(
      threads.map(({ label, duration, samples }) => [label, duration, samples]),
      [
        ['main thread', 8_330, 8],
        ['worker 1', 1_030, 1],
      ],
    );
    const [main] = threads;
    // The largest branch first: run 7,130 (post 4,100, parse 2,020), then V8 1,200.
    const names = main!.frame.map((frame) => frames[frame]!.name);
    assert.deepEqual(names, ['(root)', 'run', 'post', 'parse', 'parse', '(V8 API)']);
    assert.deepEqual(main!.self, [0, 1_010, 1_100, 3_000, 2_020, 1_200]);
    assert.deepEqual(
      [...allocations.variance[0]!].map((variance) => variance / R ** 2),
      [0, 1, 1, 3, 2, 1],
    );
    const merged = flameView(allocations.flame, { threads: 'one' });
    assert.equal(sumOf(merged.tree.self), 9_360);
  });

  test('by function: recursion and several callers are counted once', () => {
    const rows = topAllocators(allocations).map(({ frame, self, total }) => [frame.name, self, total]);
    assert.deepEqual(rows, [
      ['parse', { bytes: 6_050, error: within(6) }, { bytes: 6_050, error: within(6) }],
      ['(V8 API)', { bytes: 1_200, error: within(1) }, { bytes: 1_200, error: within(1) }],
      ['post', { bytes: 1_100, error: within(1) }, { bytes: 4_100, error: within(4) }],
      ['run', { bytes: 1_010, error: within(1) }, { bytes: 7_130, error: within(7) }],
      ['(root)', { bytes: 0, error: 0 }, { bytes: 9_360, error: within(9) }],
    ]);
  });

  test('by kind of code, and altogether', () => {
    assert.deepEqual(
      allocationsByCategory(allocations).map(({ category, package: owner, self }) => [
        category,
        owner,
        self.bytes,
      ]),
      [
        ['user', null, 7_060],
        ['native', null, 1_200],
        ['dependency', 'piscina', 1_100],
      ],
    );
    assert.deepEqual(allAllocations(allocations), { bytes: 9_360, error: within(9) });
    assert.deepEqual(allAllocations(allocations, 1), { bytes: 1_030, error: within(1) });
  });
});

test('built-in functions are part of what called them, and stand alone where nobody did', () => {
  const [profile] = [
    savedHeap({
      name: '(root)',
      children: [
        {
          name: 'totals',
          url: YOURS,
          line: 0,
          objects: [1_000],
          children: [
            // Array.prototype.map calls back into the user's code.
            {
              name: 'map',
              objects: [500],
              children: [{ name: 'one', url: YOURS, line: 5, objects: [1_030] }],
            },
          ],
        },
        { name: '(V8 API)', objects: [1_001], children: [{ name: 'toString', objects: [1_002] }] },
      ],
    }),
  ].map(parsedHeap);
  const allocations = allocationsOf('x', [profile!], OPTIONS);
  assert.deepEqual(
    topAllocators(allocations).map(({ frame, self, total }) => [frame.name, self.bytes, total.bytes]),
    [
      ['(V8 API)', 2_003, 2_003],
      ['totals', 1_500, 2_530],
      ['one', 1_030, 1_030],
      ['(root)', 0, 4_533],
    ],
  );
  assert.deepEqual(
    allocationsByCategory(allocations).map(({ category, self }) => [category, self]),
    [
      ['user', { bytes: 2_530, error: within(3) }],
      ['native', { bytes: 2_003, error: within(2) }],
    ],
  );
});

test('what the profiler allocated below node:inspector is taken out', () => {
  const whole = parsedHeap(
    savedHeap({
      name: '(root)',
      children: [
        {
          name: 'stop',
          url: YOURS,
          line: 0,
          objects: [1_010],
          children: [
            {
              name: 'post',
              url: 'node:inspector',
              line: 7,
              objects: [5_000],
              children: [{ name: 'dispatch', objects: [7] }],
            },
            { name: 'after', url: YOURS, line: 3, objects: [1_040] },
          ],
        },
      ],
    }),
  );
  const { nodes, samples, frames } = withoutInspector(whole);
  assert.deepEqual(
    Array.from(nodes.frame, (frame) => frames[frame]!.functionName),
    ['(root)', 'stop', 'after'],
  );
  assert.deepEqual(
    [[...nodes.parent], [...nodes.id]],
    [
      [-1, 0, 1],
      [1, 2, 5],
    ],
  );
  assert.deepEqual(
    [[...nodes.selfBytes], [...samples.node]],
    [
      [0, 1_010, 1_040],
      [1, 2],
    ],
  );
  assert.equal(withoutInspector(MAIN), MAIN);
});

const { tree } = fc.letrec<{ tree: Allocating }>((tie) => ({
  tree: fc.record({
    name: fc.constantFrom('a', 'b', 'c', '(V8 API)'),
    objects: fc.array(fc.nat(50_000), { maxLength: 3 }),
    children: fc.oneof({ maxDepth: 6 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
  }),
}));

test('no byte is lost or counted twice, whichever way it is looked at', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), (roots) => {
      const profiles = roots.map((root, thread) =>
        parsedHeap(savedHeap({ ...root, name: '(root)' }, { thread, label: `thread ${thread}` })),
      );
      const all = profiles.reduce((sum, { nodes }) => sum + sumOf(nodes.selfBytes), 0);
      const allocations = allocationsOf('x', profiles, OPTIONS);
      assert.equal(allAllocations(allocations).bytes, all);
      assert.equal(sumOf(topAllocators(allocations).map(({ self }) => self.bytes)), all);
      assert.equal(sumOf(allocationsByCategory(allocations).map(({ self }) => self.bytes)), all);
      for (const direction of ['top-down', 'bottom-up'] as const) {
        for (const threads of ['one', 'levels'] as const) {
          const view = flameView(allocations.flame, { threads, direction, recursion: 'all' });
          assert.equal(sumOf(view.tree.self), all);
        }
      }
      const variance = profiles.reduce((sum, profile) => sum + sumOf(selfVariance(profile, R)), 0);
      const shown = allocations.variance.reduce((sum, each) => sum + sumOf(each), 0);
      assert.ok(Math.abs(shown - variance) <= 1e-9 * variance);
    }),
  );
});

describe('the uncertainty that comes from sampling', () => {
  const varianceOf = (size: number): number => {
    return sumOf(selfVariance(parsedHeap(savedHeap({ name: '(root)', objects: [size] })), R)) / R ** 2;
  };

  test('is that of a Poisson count for small objects, and next to nothing for large ones', () => {
    assert.equal(varianceOf(R), 1);
    assert.equal(varianceOf(2.2 * R), 1);
    // x = 4: (2 / sinh 2)² = (2 / 3.62686)² = 0.304087; x = 10: (5 / sinh 5)² = (5 / 74.20321)² = 0.004540.
    assert.ok(Math.abs(varianceOf(4 * R) - 0.304087) < 1e-6);
    assert.ok(Math.abs(varianceOf(10 * R) - 0.00454) < 1e-6);
    assert.equal(varianceOf(5_000 * R), 0);
  });

  test('covers the truth: objects of known sizes, sampled and scaled as V8 does it', () => {
    // mulberry32
    let state = 7;
    const random = (): number => {
      state = (state + 0x6d2b_79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const MIXES = [
      [[40, 2_000]],
      [[900, 200]],
      [
        [40, 1_000],
        [3_000, 30],
        [20_000, 4],
      ],
    ] as const;
    for (const mix of MIXES) {
      const truth = mix.reduce((sum, [size, count]) => sum + size * count, 0);
      let held = 0;
      const experiments = 400;
      for (let experiment = 0; experiment < experiments; experiment++) {
        let bytes = 0;
        let variance = 0;
        for (const [size, count] of mix) {
          const chance = 1 - Math.exp(-size / R);
          let sampled = 0;
          for (let i = 0; i < count; i++) if (random() < chance) sampled++;
          bytes += size * Math.round(sampled / chance);
          const seen = size * Math.round(1 / chance);
          variance += sampled * varianceOf(seen) * R ** 2;
        }
        if (Math.abs(bytes - truth) <= errorOf(variance)) held++;
      }
      // 95% of 400, less five standard deviations (4.4 each); more may hold, as R² is an upper bound.
      assert.ok(held >= 380 - 22, `${held} of ${experiments} held ${truth}`);
    }
  });
});
