import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { curveAxis, gridOf } from '../../../../src/analysis/sweep/axes.ts';
import { periodOf, planLength } from '../../../../src/analysis/sweep/plan-length.ts';
import type { SweepAxis } from '../../../../src/core/documents/sweep-record.ts';

const concurrency: SweepAxis = { name: 'concurrency', values: [1, 4] };
const cpu: SweepAxis = { name: 'cpu', values: [0, 0.5] };

describe('the grid of a sweep', () => {
  test('every combination, under a name of its own', () => {
    assert.deepEqual(gridOf([cpu, concurrency]), [
      { key: 'cpu-0_concurrency-1', at: [0, 1] },
      { key: 'cpu-0_concurrency-4', at: [0, 4] },
      { key: 'cpu-0.5_concurrency-1', at: [0.5, 1] },
      { key: 'cpu-0.5_concurrency-4', at: [0.5, 4] },
    ]);
  });

  test('a thread that could never have a job makes no point', () => {
    const axes: SweepAxis[] = [concurrency, { name: 'workers', values: [1, 2, 8] }];
    assert.deepEqual(
      gridOf(axes).map(({ key }) => key),
      ['concurrency-1_workers-1', 'concurrency-4_workers-1', 'concurrency-4_workers-2'],
    );
  });

  test('curves run along the axis that has a law', () => {
    const workers: SweepAxis = { name: 'workers', values: [1, 2] };
    const names = [[cpu], [cpu, concurrency], [cpu, workers], [concurrency, workers]].map(
      (axes) => curveAxis(axes).name,
    );
    assert.deepEqual(names, ['cpu', 'concurrency', 'workers', 'concurrency']);
  });
});

describe('the length of a plan', () => {
  const options = { period: 4, latencyMs: null, cpuMs: 0, payloadBytes: null };

  test('by hand: ten turns of every slot, at least twelve jobs, a multiple of the period', () => {
    const lengths = [1, 2, 4, 16, 64].map((each) => planLength({ ...options, concurrency: each }));
    assert.deepEqual(lengths, [12, 20, 40, 160, 640]);
    assert.equal(planLength({ ...options, concurrency: 4, period: 30 }), 60);
  });

  test('fewer turns where each takes long, but never under four', () => {
    // 16 jobs of 8 ms CPU are 128 ms a turn: seven of them fit into a second.
    assert.equal(planLength({ ...options, concurrency: 16, cpuMs: 8 }), 7 * 16);
    assert.equal(planLength({ ...options, concurrency: 64, cpuMs: 20 }), 4 * 64);
    assert.equal(planLength({ ...options, concurrency: 64, latencyMs: 500 }), 4 * 64);
  });

  test('always a multiple of the period with at least four turns', () => {
    fc.assert(
      fc.property(
        fc.record({
          concurrency: fc.integer({ min: 1, max: 1024 }),
          period: fc.integer({ min: 1, max: 500 }),
          latencyMs: fc.option(fc.integer({ min: 0, max: 5_000 })),
          cpuMs: fc.integer({ min: 0, max: 100 }),
          payloadBytes: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
        }),
        (each) => {
          const jobs = planLength(each);
          assert.equal(jobs % each.period, 0);
          assert.ok(jobs >= 4 * each.concurrency && jobs >= 12);
          assert.ok(jobs < Math.max(12, 10 * each.concurrency) + each.period);
        },
      ),
    );
  });

  test('the period of a list of names', () => {
    assert.equal(periodOf(['a', 'b', 'a', 'b']), 2);
    assert.equal(periodOf(['a', 'a', 'a']), 1);
    assert.equal(periodOf(['a', 'b', 'a']), 3, 'half a turn is none');
    assert.equal(periodOf(['a']), 1);
    assert.equal(periodOf([]), 1);
  });
});
