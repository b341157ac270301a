import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluateGate } from '../../../../src/analysis/gates/evaluate.ts';
import { parseGate } from '../../../../src/analysis/gates/parse-gate.ts';
import type { GateResult } from '../../../../src/core/documents/comparison.ts';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { outcomes, scheduled, trial, variant } from '../../../fixtures/runs/records.ts';
import { recordOfWalls, steady, withCpu } from '../../../support/record-of-walls.ts';

function evaluate(expression: string, record: RunRecord, before: RunRecord | null = null): GateResult {
  const parsed = parseGate(expression);
  assert.ok(!('known' in parsed), expression);
  return evaluateGate(parsed, record, before);
}

/** Outcome, and the reason of each variant that it looked at. */
function said(expression: string, record: RunRecord, before: RunRecord | null = null) {
  const { outcome, variants } = evaluate(expression, record, before);
  return [outcome, ...variants.map(({ reason }) => reason)];
}

// Eight rounds: their 95% interval lies between the second and the seventh wall, 198.99… to 201.
const run = recordOfWalls({
  sequential: [800, 801, 802, 803, 804, 805, 806, 807],
  'event-loop': [197, 199, 199.5, 200, 200.2, 200.6, 201, 203],
});

describe('a value for each trial', () => {
  test('goes by the interval, for every operator', () => {
    for (const [threshold, above] of [
      [198, 'failed'],
      [200, 'inconclusive'],
      [202, 'passed'],
    ] as const) {
      const below = { failed: 'passed', passed: 'failed', inconclusive: 'inconclusive' }[above];
      for (const operator of ['>', '>=']) {
        assert.equal(evaluate(`event-loop.wall ${operator} ${threshold}ms`, run).outcome, above);
      }
      for (const operator of ['<', '<=']) {
        assert.equal(evaluate(`event-loop.wall ${operator} ${threshold}ms`, run).outcome, below);
      }
    }
    assert.deepEqual(said('event-loop.wall > 200ms', run), ['inconclusive', 'straddles']);
  });

  test('on the threshold itself only the operators with an equals sign differ', () => {
    const flat = recordOfWalls({ 'event-loop': [200, 200, 200, 200, 200, 200] });
    assert.deepEqual(
      ['>', '>=', '<', '<='].map((operator) => evaluate(`event-loop.wall ${operator} 200ms`, flat).outcome),
      ['passed', 'failed', 'passed', 'failed'],
    );
  });

  test('gives the figures that decided', () => {
    const { unit, threshold, variants } = evaluate('event-loop.wall > 0.2s', run);
    const { value, interval } = variants[0]!;
    assert.deepEqual([unit, threshold, value], ['ms', 200, 200.1]);
    assert.ok(interval !== null && interval.low < 199.1 && interval.high > 200.9);
    assert.equal(interval.level, 0.95);
  });

  test('the speedup is paired by round: walls that rise together leave it as it is', () => {
    const rising = recordOfWalls({
      sequential: [100, 200, 300, 400, 500, 600],
      'event-loop': [50, 100, 150, 200, 250, 300],
    });
    assert.equal(evaluate('event-loop.speedup < 1.9', rising).outcome, 'passed');
    assert.equal(evaluate('event-loop.speedup < 2.1x', rising).outcome, 'failed');
    assert.equal(evaluate('event-loop.wall > 150ms', rising).outcome, 'inconclusive');
  });

  test('throughput is jobs over wall', () => {
    assert.equal(run.spec.jobs, 40);
    assert.equal(evaluate('event-loop.throughput < 195/s', run).outcome, 'passed');
    assert.equal(evaluate('event-loop.throughput < 205/s', run).outcome, 'failed');
  });

  test('throughput of a schedule is jobs started a second, as in tables: the last job’s end does not lower it', () => {
    // 40 jobs at 200 a second end after 260 ms, a late one included: 154 jobs a second of wall.
    const open = scheduled().variants[1]!.trials.map((each) => ({ ...each, wallMs: 260 }));
    const record = scheduled();
    record.variants[1]!.trials = open;
    assert.deepEqual(evaluate('event-loop.throughput < 190/s', record).outcome, 'passed');
    assert.equal(evaluate('event-loop.throughput < 205/s', record).variants[0]?.value, 199.9);
  });

  test('cpu-speedup: trials whose CPU reads 0 do not count', () => {
    const cpu = [10, 10, 0, 10, 10, 10, 10, 10];
    const record = recordOfWalls({
      sequential: withCpu(steady(800), steady(40)),
      'event-loop': withCpu(steady(200), cpu),
    });
    const { outcome, variants } = evaluate('any.cpu-speedup < 2', record);
    // 40 ÷ 10 in seven of eight rounds.
    assert.deepEqual([outcome, variants[0]?.value?.toFixed(1)], ['passed', '4.0']);
  });

  test('amplification and wasted: a trial without a retry counts, as 1× and 0 ms', () => {
    // Of 40 jobs, 4 requests sent again in three of eight trials: the median trial sends none again.
    const retried = (trials: readonly number[]) =>
      recordOfWalls({
        'event-loop': steady(200).map((wallMs, round) => ({
          wallMs,
          retries: trials.includes(round) ? { sent: 4, wastedMs: 80 } : { sent: 0, wastedMs: 0 },
        })),
      });
    const { variants } = evaluate('any.amplification > 1.05', retried([0, 3, 6]));
    assert.equal(variants[0]?.value, 1);
    assert.equal(evaluate('any.amplification > 1.05', retried([])).outcome, 'passed');
    assert.equal(evaluate('any.wasted > 1ms', retried([])).outcome, 'passed');
    assert.equal(evaluate('any.wasted > 1ms', retried([0, 1, 2, 3, 4, 5, 6, 7])).variants[0]?.value, 2);
  });

  test('five rounds are too few for an interval, however far off they are', () => {
    const few = recordOfWalls({ 'event-loop': [100, 101, 102, 103, 104] });
    assert.deepEqual(said('event-loop.wall > 1s', few), ['inconclusive', 'too-few-rounds']);
  });

  test('trials with a failed job do not count', () => {
    const failing = trial({ wallMs: 5, outcomes: outcomes({ ok: 39, timeout: 1 }) });
    const record = recordOfWalls({
      'event-loop': [100, 101, 102, 103, 104, 105, { ...failing, round: 7 }],
    });
    assert.equal(evaluate('event-loop.wall < 99ms', record).outcome, 'passed');
  });

  test('a run whose A/A arm differs says nothing of times', () => {
    const [first] = recordOfWalls({ sequential: steady(100), 'event-loop': steady(50) }).comparisons;
    const aa = { arm: variant('sequential'), comparison: first! };
    assert.deepEqual(said('event-loop.wall > 1ms', { ...run, aa }), ['inconclusive', 'aa-failed']);
  });
});

describe('any', () => {
  test('holds if it holds for one variant, and leaves none out that is inconclusive', () => {
    assert.equal(evaluate('any.wall > 500ms', run).outcome, 'failed');
    assert.equal(evaluate('any.wall > 900ms', run).outcome, 'passed');
    assert.equal(evaluate('any.wall < 200ms', run).outcome, 'inconclusive');
    assert.deepEqual(
      evaluate('any.speedup > 1x', run).variants.map((each) => each.variant),
      ['event-loop'],
    );
  });

  test('to hold it takes an interval corrected for the number of variants', () => {
    // Of six walls the smallest bounds a 96.9% interval: enough for one variant at 95%, not for two at 97.5%.
    const walls = [100, 101, 102, 103, 104, 105];
    const two = recordOfWalls({ sequential: walls, 'event-loop': walls });
    assert.equal(evaluate('event-loop.wall > 99ms', two).outcome, 'failed');
    assert.deepEqual(said('any.wall > 99ms', two), ['inconclusive', 'too-few-rounds', 'too-few-rounds']);
    assert.equal(evaluate('any.wall > 200ms', two).outcome, 'passed');
  });
});

describe('one value for the run', () => {
  test('decides by itself', () => {
    const { outcome, variants } = evaluate('event-loop.startup > 20ms', run);
    assert.deepEqual([outcome, variants[0]?.value, variants[0]?.interval], ['failed', 21.8, null]);
    assert.equal(evaluate('event-loop.startup > 22ms', run).outcome, 'passed');
    assert.equal(evaluate('event-loop.rss > 80MB', run).outcome, 'failed');
    assert.equal(evaluate('event-loop.max > 171ms', run).outcome, 'passed');
  });

  test('failed jobs, counted and as a share', () => {
    const failing = recordOfWalls({
      'event-loop': [...steady(100), { outcomes: outcomes({ ok: 38, timeout: 2 }) }],
    });
    // 2 of 9 × 40 jobs: 0.56%.
    assert.equal(evaluate('event-loop.failed > 1', failing).outcome, 'failed');
    assert.equal(evaluate('any.failed > 2', failing).outcome, 'passed');
    assert.equal(evaluate('any.failed > 0.5%', failing).outcome, 'failed');
    assert.equal(evaluate('any.failed > 0.6%', failing).outcome, 'passed');
  });
});

describe('what was not measured is never passed', () => {
  test('p99 of 40 jobs', () => {
    assert.deepEqual(said('event-loop.p99 > 1s', run), ['inconclusive', 'too-few-jobs']);
  });

  test('a variant without any trial that counts', () => {
    const lost = recordOfWalls({ 'event-loop': [{ wallMs: null, lost: 'killed' }] });
    assert.deepEqual(said('event-loop.wall > 1s', lost), ['inconclusive', 'not-measured']);
    assert.deepEqual(said('event-loop.rss > 1MB', lost), ['inconclusive', 'not-measured']);
  });

  test('a change without a run to compare with', () => {
    assert.deepEqual(said('regression > 3%', run), ['inconclusive']);
  });
});

describe('changes', () => {
  const walls = { sequential: steady(800), 'event-loop': steady(200) };
  const before = recordOfWalls(walls);
  const slower = recordOfWalls({ ...walls, 'event-loop': steady(210) });

  test('a slowdown of 5% is more than 3% and less than 7%', () => {
    const { outcome, variants } = evaluate('regression > 3%', slower, before);
    assert.equal(outcome, 'failed');
    assert.deepEqual(
      variants.map((each) => [each.variant, each.outcome]),
      [
        ['sequential', 'passed'],
        ['event-loop', 'failed'],
      ],
    );
    assert.equal(variants[1]?.value?.toFixed(1), '5.0');
    assert.equal(evaluate('event-loop.regression > 7%', slower, before).outcome, 'passed');
    assert.equal(evaluate('event-loop.regression > 5%', slower, before).outcome, 'inconclusive');
    assert.equal(
      evaluate('event-loop.regression > 0%', before, slower).outcome,
      'passed',
      'faster is no regression',
    );
  });

  test('the speedup lost: 4 × is 3.81 ×, 4.8% less', () => {
    const { outcome, variants } = evaluate('speedup-loss > 3%', slower, before);
    assert.equal(outcome, 'failed');
    assert.deepEqual(
      variants.map((each) => [each.variant, each.value?.toFixed(1)]),
      [['event-loop', '4.8']],
    );
    const machine = recordOfWalls({ sequential: steady(840), 'event-loop': steady(210) });
    assert.equal(evaluate('speedup-loss > 1%', machine, before).outcome, 'passed', 'all slower alike');
  });

  test('CPU per job, and its ratio to the baseline’s', () => {
    const run = (sequentialMs: number, loopMs: number) =>
      recordOfWalls({
        sequential: withCpu(steady(800), steady(sequentialMs)),
        'event-loop': withCpu(steady(200), steady(loopMs)),
      });
    const one = run(40, 50);
    const two = run(40, 52.5);
    assert.equal(evaluate('cpu-regression > 3%', two, one).outcome, 'failed');
    assert.equal(evaluate('event-loop.cpu-regression > 7%', two, one).outcome, 'passed');
    assert.equal(evaluate('sequential.cpu-regression > 2%', two, one).outcome, 'passed');
    assert.equal(evaluate('event-loop.cpu-regression > 3%', two, one).variants[0]?.value?.toFixed(1), '5.0');
    assert.equal(evaluate('regression > 2%', two, one).outcome, 'passed', 'the walls are the same');
    // 40 ÷ 50 is 0.8, 40 ÷ 52.5 4.8% less.
    assert.equal(evaluate('event-loop.cpu-speedup < 0.79', one).outcome, 'passed');
    assert.equal(evaluate('event-loop.cpu-speedup < 0.79', two).outcome, 'failed');
    assert.equal(evaluate('cpu-speedup-loss > 3%', two, one).outcome, 'failed');
    assert.equal(
      evaluate('cpu-speedup-loss > 2%', run(42, 52.5), one).outcome,
      'passed',
      'all cost more alike',
    );
  });

  test('on a busy machine CPU is judged, and its wall is not', () => {
    const busy = { machineLoad: { othersShare: 0.8, stealShare: 0 } };
    const run = (cpuMs: number) => recordOfWalls({ 'event-loop': withCpu(steady(200), steady(cpuMs)) }, busy);
    assert.deepEqual(said('regression > 3%', run(40), run(40)), ['inconclusive', 'machine-busy']);
    assert.deepEqual(said('cpu-regression > 3%', run(42.5), run(40)), ['failed', null]);
    assert.deepEqual(said('cpu-regression > 3%', run(40), run(40)), ['passed', null]);
  });

  test('nothing is said of a variant whose jobs failed', () => {
    const failing = recordOfWalls({
      ...walls,
      'event-loop': [...steady(300), { outcomes: outcomes({ ok: 38, timeout: 2 }) }],
    });
    assert.deepEqual(said('regression > 3%', failing, before), ['inconclusive', null, 'jobs-failed']);
  });
});
