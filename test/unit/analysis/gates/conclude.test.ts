import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unlikeWork } from '../../../../src/analysis/comparison/same-work.ts';
import { inapplicable } from '../../../../src/analysis/gates/applies.ts';
import { conclude } from '../../../../src/analysis/gates/conclude.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { EXIT } from '../../../../src/core/errors.ts';
import { outcomes, record } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { gateOf } from '../../../support/gates.ts';
import { recordOfWalls, steady, withCpu } from '../../../support/record-of-walls.ts';

const walls = { sequential: steady(800), 'event-loop': steady(200) };
const before = recordOfWalls(walls);
const slower = recordOfWalls({ ...walls, 'event-loop': steady(210) });
const faster = recordOfWalls({ ...walls, 'event-loop': steady(190) });
const few = recordOfWalls({ sequential: [800, 801], 'event-loop': [300, 301] });
const busy = (wall: number, cpuMs: number) =>
  recordOfWalls(
    { sequential: steady(800), 'event-loop': withCpu(steady(wall), steady(cpuMs)) },
    { machineLoad: { othersShare: 0.8, stealShare: 0 } },
  );
const costlier = recordOfWalls({ ...walls, 'event-loop': withCpu(steady(200), steady(39)) });
const failing = recordOfWalls({
  ...walls,
  'event-loop': [...steady(300), { outcomes: outcomes({ ok: 39, reset: 1 }) }],
});

describe('the exit code', () => {
  const cases: readonly (readonly [string, RunRecord, RunRecord | null, readonly string[], number])[] = [
    ['a run alone', before, null, [], EXIT.ok],
    ['no change', recordOfWalls(walls), before, [], EXIT.ok],
    ['faster', faster, before, [], EXIT.ok],
    ['slower', slower, before, [], EXIT.regression],
    ['slower, but no more than a gate allows', slower, before, ['regression > 7%'], EXIT.ok],
    ['slower than a gate allows', slower, before, ['regression > 3%'], EXIT.gateFailed],
    ['slower by about what a gate allows', slower, before, ['regression > 5%'], EXIT.inconclusive],
    ['a gate on speedups takes the place, too', slower, before, ['speedup-loss > 8%'], EXIT.ok],
    ['a gate on something else does not', slower, before, ['event-loop.wall > 1s'], EXIT.regression],
    ['one gate of two', slower, before, ['event-loop.wall > 1s', 'any.wall > 790ms'], EXIT.gateFailed],
    [
      'a gate that holds beats one that is inconclusive',
      before,
      null,
      ['any.p99 > 1s', 'any.wall > 1ms'],
      EXIT.gateFailed,
    ],
    ['a gate that can’t be decided', before, null, ['any.p99 > 1s'], EXIT.inconclusive],
    ['as fast, but at more CPU per job', costlier, before, [], EXIT.regression],
    ['more CPU per job, but no more than a gate allows', costlier, before, ['cpu-regression > 10%'], EXIT.ok],
    ['more CPU per job than a gate allows', costlier, before, ['cpu-regression > 3%'], EXIT.gateFailed],
    ['on a busy machine walls are no regression', busy(400, 40), busy(200, 40), [], EXIT.inconclusive],
    [
      'on a busy machine a gate on walls can’t be decided',
      busy(400, 40),
      busy(200, 40),
      ['regression > 3%'],
      EXIT.inconclusive,
    ],
    ['on a busy machine CPU per job can be one', busy(200, 44), busy(400, 40), [], EXIT.regression],
    [
      'on a busy machine a gate on CPU is decided',
      busy(200, 44),
      busy(400, 40),
      ['cpu-regression > 3%'],
      EXIT.gateFailed,
    ],
    [
      'on a busy machine a gate on CPU can be passed',
      busy(200, 40),
      busy(400, 40),
      ['cpu-regression > 3%'],
      EXIT.ok,
    ],
    ['too few rounds', few, before, [], EXIT.inconclusive],
    ['too few rounds, but slower is not what was asked', few, before, ['any.max > 1s'], EXIT.inconclusive],
    ['jobs that failed now', failing, before, ['any.wall > 1ms'], EXIT.jobsFailed],
    ['jobs that failed then', before, failing, [], EXIT.inconclusive],
  ];
  for (const [name, after, earlier, gates, expected] of cases) {
    test(name, () => assert.equal(conclude(after, earlier, gates.map(gateOf)).exitCode, expected));
  }
});

describe('gates that could never say anything', () => {
  const plan = before;
  const pooled = recordOfWalls({ ...walls, 'worker-pool': steady(210) });
  const others = recordOfWalls({ 'event-loop': steady(1), 'worker-pool': steady(1) });
  const pools = recordOfWalls({ 'worker-pool': steady(1) });
  const cases: readonly (readonly [string, RunRecord, RunRecord | null, readonly string[] | null])[] = [
    ['event-loop.wall > 1s', plan, null, null],
    ['any.speedup < 2', plan, null, null],
    ['worker-pool.wall > 1s', plan, null, ['worker-pool', 'this run']],
    ['sequential.speedup < 2', plan, null, ['sequential', 'baseline']],
    ['any.speedup < 2', pools, null, ['worker-pool', 'baseline']],
    ['any.response.p99 > 1s', plan, null, ['response.p99', 'schedule']],
    ['regression > 3%', plan, null, ['regression', 'to compare with']],
    ['regression > 3%', plan, pooled, null],
    ['worker-pool.regression > 3%', pooled, plan, ['worker-pool', 'earlier run']],
    ['regression > 3%', plan, pools, ['no variant in common']],
    ['speedup-loss > 3%', others, pooled, ['event-loop in this run', 'sequential']],
    ['sequential.speedup-loss > 3%', plan, plan, ['sequential', 'no speedup']],
    ['cpu-regression > 3%', plan, null, ['cpu-regression', 'to compare with']],
    ['sequential.cpu-regression > 3%', plan, plan, null],
    ['sequential.cpu-speedup-loss > 3%', plan, plan, ['sequential', 'no speedup']],
    ['sequential.cpu-speedup < 1', plan, null, ['sequential', 'baseline']],
  ];
  for (const [expression, of, earlier, facts] of cases) {
    test(`${expression}: ${facts === null ? 'fine' : facts.join(', ')}`, () => {
      const problem = inapplicable(gateOf(expression), of, earlier);
      if (facts === null) assert.equal(problem, null);
      else assertNames(problem!.message, ...facts);
    });
  }
});

describe('different work', () => {
  const { spec } = record();
  const withSpec = (over: Partial<RunRecord['spec']>) => ({ ...record(), spec: { ...spec, ...over } });
  const withSettings = (over: Partial<RunRecord['spec']['workload']['settings']>) =>
    withSpec({ workload: { ...spec.workload, settings: { ...spec.workload.settings, ...over } } });
  const unlikes = (after: RunRecord) => unlikeWork(record(), after).map(({ what }) => what);

  test('is told from figures that come out otherwise each time, and from the code', () => {
    assert.deepEqual(unlikes(record({ id: 'other' })), []);
    assert.deepEqual(unlikes(withSettings({ baseUrl: 'http://127.0.0.1:1', cpuIterationsPerMs: 5 })), []);
    assert.deepEqual(unlikes(withSpec({ workload: { ...spec.workload, source: '/elsewhere/jobs.ts' } })), []);
    assert.deepEqual(unlikes(withSpec({ rounds: null, aa: true, runId: 'x', timeoutMs: 5, warmup: 9 })), []);
  });

  test('two values that read the same are given in full', () => {
    const [found] = unlikeWork(withSettings({ latencyMs: 5 }), withSettings({ latencyMs: 5.000_01 }));
    assert.deepEqual([found?.before, found?.after], ['5', '5.00001']);
  });

  test('jobs, concurrency, workers, seed, load, workload, server, its settings', () => {
    assert.deepEqual(unlikeWork(record(), withSpec({ jobs: 41 })), [
      { name: 'jobs', what: 'jobs in the plan', before: '40', after: '41' },
    ]);
    assert.deepEqual(unlikes(withSpec({ concurrency: 8 })), ['concurrency']);
    assert.deepEqual(unlikes(withSpec({ workers: 1 })), ['worker threads']);
    assert.deepEqual(unlikes(withSpec({ workers: 1, variants: ['sequential', 'event-loop'] })), []);
    assert.deepEqual(unlikes(withSpec({ seed: 8 })), ['seed']);
    assert.deepEqual(unlikes(withSpec({ load: { kind: 'open', rate: 50, arrivals: 'uniform' } })), ['load']);
    assert.deepEqual(unlikes(withSpec({ workload: { ...spec.workload, name: 'x', items: 3 } })), [
      'workload',
      'items of the workload',
    ]);
    assert.deepEqual(unlikes(record({ server: { ...record().server, kind: 'external' } })), ['server']);
    assert.deepEqual(
      unlikes(withSettings({ latencyMs: 5, cpuMs: 2, keepAlive: false, payloadBytes: 9, jitter: 0 })),
      ['latency', 'jitter', 'CPU work on each response', 'payload', 'connections'],
    );
  });
});
