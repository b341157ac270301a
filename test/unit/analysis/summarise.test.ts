import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparable, wallsByRound } from '../../../src/analysis/comparable.ts';
import { summarise } from '../../../src/analysis/summarise.ts';
import type { TrialRecord, VariantRecord } from '../../../src/core/documents/run-record.ts';
import { noOutcomes } from '../../../src/core/outcomes.ts';
import type { VariantName } from '../../../src/core/variants.ts';
import { trial } from '../../fixtures/runs/records.ts';

const NO_LATENCY = { p50: null, p90: null, p99: null, p999: null, max: null };

function trialOf(round: number, wallMs: number | null, changes: Partial<TrialRecord> = {}): TrialRecord {
  return trial({
    round,
    wallMs,
    outcomes: { ...noOutcomes(), ok: 10 },
    latencyMs: NO_LATENCY,
    cpuUserMs: null,
    cpuSystemMs: null,
    peakRssBytes: null,
    ...changes,
  });
}

function variantOf(name: VariantName, trials: TrialRecord[]): VariantRecord {
  return {
    name,
    threads: 1,
    concurrency: 1,
    startupMs: 1,
    workerCost: null,
    processStartMs: 1,
    state: 'ready',
    lostReason: null,
    warmups: [],
    trials,
    outliers: [],
    trace: null,
    summary: null,
    summaryWithFailures: null,
    byName: [],
  };
}

const failing = { outcomes: { ...noOutcomes(), ok: 9, timeout: 1 } };

test('a trial is comparable if it is complete and every job of it ended ok', () => {
  assert.ok(comparable(trialOf(1, 5)));
  assert.ok(!comparable(trialOf(1, null)));
  assert.ok(!comparable(trialOf(1, 5, failing)));
  assert.ok(!comparable(trialOf(1, 5, { lost: 'why' })));
});

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 1e-12, `${actual} for ${expected}`);
}

test('medians and quartiles of the walls, jobs a second from the median', () => {
  // 10 20 30 40: quartiles at places 0.75, 1.5, 2.25.
  const variant = variantOf(
    'sequential',
    [40, 10, 30, 20].map((wall, index) => trialOf(index + 1, wall)),
  );
  summarise([variant], 100);
  const { summary } = variant;
  assert.deepEqual(summary?.wallMs, {
    estimate: 25,
    low: 17.5,
    high: 32.5,
    method: 'median-quartiles',
    level: null,
  });
  assert.equal(summary?.jobsPerSecond, 4000, '100 jobs in 25 ms');
  assert.equal(summary?.trials, 4);
  assert.deepEqual(summary?.speedup, {
    estimate: 1,
    low: 1,
    high: 1,
    method: 'median-quartiles',
    level: null,
  });
});

test('speedups are paired within a round: not the ratio of the medians', () => {
  // The machine slows down: 100/10 = 10, 200/50 = 4, 400/50 = 8. Medians would give 200/50 = 4.
  const baseline = variantOf('sequential', [trialOf(1, 100), trialOf(2, 200), trialOf(3, 400)]);
  const other = variantOf('event-loop', [trialOf(3, 50), trialOf(1, 10), trialOf(2, 50)]);
  summarise([baseline, other], 10);
  // Quartiles of the logarithms: √(4 × 8) and √(8 × 10).
  const { estimate, low, high, method } = other.summary!.speedup!;
  near(estimate, 8);
  near(low, 32 ** 0.5);
  near(high, 80 ** 0.5);
  assert.equal(method, 'median-quartiles');
});

test('trials with failures are left out, and a round lacks its pair if either side is', () => {
  const baseline = variantOf('sequential', [trialOf(1, 100), trialOf(2, 1, failing), trialOf(3, 300)]);
  const other = variantOf('event-loop', [trialOf(1, 50), trialOf(2, 60), trialOf(3, null, { lost: 'gone' })]);
  summarise([baseline, other], 10);
  assert.equal(baseline.summary?.wallMs.estimate, 200);
  assert.equal(other.summary?.trials, 2);
  assert.equal(other.summary?.wallMs.estimate, 55);
  near(other.summary!.speedup!.estimate, 2);
});

test('no pairs: no speedup; no comparable trial: no summary, and an older one is taken away', () => {
  const baseline = variantOf('sequential', [trialOf(1, 100, failing)]);
  const other = variantOf('event-loop', [trialOf(1, 50)]);
  const lost = variantOf('worker-pool', []);
  lost.summary = { ...lost.summary!, trials: 1 };
  summarise([baseline, other, lost], 10);
  assert.deepEqual([baseline.summary, other.summary?.speedup, lost.summary], [null, null, null]);
  summarise([], 10);
});

test('trials with failures only: their figures are apart, as long as fewer than 5% of the jobs failed', () => {
  const failed = (round: number, wallMs: number, timeout: number, p50: number) =>
    trialOf(round, wallMs, {
      outcomes: { ...noOutcomes(), ok: 100 - timeout, timeout },
      latencyMs: { p50, p90: p50, p99: null, p999: null, max: p50 },
    });
  const baseline = variantOf('sequential', [
    failed(1, 100, 4, 1),
    failed(2, 200, 5, 3),
    failed(3, 300, 3, 2),
  ]);
  const many = variantOf('event-loop', [failed(1, 100, 5, 1), failed(2, 100, 5, 1)]);
  const some = variantOf('worker-pool', [failed(1, 100, 1, 1), trialOf(2, 50)]);
  summarise([baseline, many, some], 100);
  assert.deepEqual([baseline.summary, many.summary, many.summaryWithFailures], [null, null, null]);
  const { wallMs, speedup, jobsPerSecond, latencyMs } = baseline.summaryWithFailures!;
  // The median trial had 95 jobs end ok in 200 ms.
  assert.deepEqual([wallMs.estimate, speedup, Math.round(jobsPerSecond), latencyMs.p50], [200, null, 475, 2]);
  assert.deepEqual([some.summary?.trials, some.summaryWithFailures], [1, null]);
});

test('latency: the median over trials of each percentile, the maximum over all; CPU and RSS where known', () => {
  const latency = (p50: number, p99: number | null, max: number) => ({
    latencyMs: { p50, p90: p50, p99, p999: null, max },
  });
  const variant = variantOf('sequential', [
    trialOf(1, 10, { ...latency(1, null, 9), cpuUserMs: 4, cpuSystemMs: 1, peakRssBytes: 100 }),
    trialOf(2, 10, { ...latency(3, 7, 4), cpuUserMs: 8, cpuSystemMs: 1, peakRssBytes: 300 }),
    trialOf(3, 10, { ...latency(2, 5, 5), peakRssBytes: 200 }),
    trialOf(4, 10, { ...latency(99, 99, 999), ...failing }),
  ]);
  summarise([variant], 10);
  assert.deepEqual(variant.summary?.latencyMs, { p50: 2, p90: 2, p99: 6, p999: null, max: 9 });
  assert.deepEqual([variant.summary?.cpuMs, variant.summary?.peakRssBytes], [7, 300]);
});

test('on a schedule speedups are ratios of mean response times: the schedule sets the walls', () => {
  const NONE = { p50: null, p90: null, p99: null, p999: null, max: null };
  const open = (mean: number, p50: number, max: number, late: number) => ({
    open: {
      responseMs: { ...NONE, p50, max },
      meanResponseMs: mean,
      latenessMs: { ...NONE, max: late },
      offeredPerSecond: 50,
      achievedPerSecond: 49,
      unsent: 0,
    },
  });
  const baseline = variantOf('sequential', [
    trialOf(1, 1_000, open(40, 30, 90, 5)),
    trialOf(2, 1_000, open(60, 50, 80, 7)),
    trialOf(3, 1_000, open(90, 70, 99, 1)),
  ]);
  const other = variantOf('event-loop', [
    trialOf(1, 1_000, open(10, 10, 20, 1)),
    trialOf(2, 1_001, open(20, 10, 20, 1)),
    trialOf(3, 999, { ...open(30, 10, 20, 1), ...failing }),
  ]);
  summarise([baseline, other], 10);
  // Between 40/10 and 60/20, by their logarithms; the third trial has a failure.
  near(other.summary!.speedup!.estimate, 12 ** 0.5);
  assert.equal(other.summary?.wallMs.estimate, 1_000.5);
  assert.deepEqual(baseline.summary?.open, {
    responseMs: { ...NONE, p50: 50, max: 99 },
    meanResponseMs: { estimate: 60, low: 50, high: 75, method: 'median-quartiles', level: null },
    latenessMs: { ...NONE, max: 7 },
    offeredPerSecond: 50,
    achievedPerSecond: 49,
  });
  assert.deepEqual(
    wallsByRound([baseline, other]).map(({ walls }) => walls),
    [
      [40, 60, 90],
      [10, 20, null],
    ],
  );
});
