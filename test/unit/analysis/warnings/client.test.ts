import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ThreadSpan, TrialRecord } from '../../../../src/core/documents/run-record.ts';
import type { Load } from '../../../../src/core/documents/spec.ts';
import { record, trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

const thread = (number: number, activeMs: number): ThreadSpan => ({
  thread: number,
  eventLoop: { activeMs, delayMs: null },
  cpu: null,
  gc: { count: 0, pauseMs: 0, longestMs: 0 },
  heapBeforeBytes: null,
  heapUsedBytes: 1e6,
});

describe('client-saturated', () => {
  /** Trials of 100 ms, and how long each thread was active, the main thread first. */
  const trials = (...active: number[]): TrialRecord[] => [
    trial({ wallMs: 100, threads: active.map((ms, number) => thread(number, ms)) }),
  ];
  const codes = (name: Parameters<typeof variant>[0], ...active: number[]) =>
    codesOf({ variants: [variant(name, { trials: trials(...active) })] });

  test('the main thread, where it runs the jobs', () => {
    assert.deepEqual(codes('event-loop', 91), ['client-saturated']);
    assert.deepEqual(codes('event-loop', 90), []);
  });

  test('one job at a time waits for nobody else’s work', () => {
    assert.deepEqual(codes('sequential', 99), []);
  });

  test('of a pool the workers, on average, and not the main thread', () => {
    assert.deepEqual(codes('worker-pool', 5, 89, 93), ['client-saturated']);
    assert.deepEqual(codes('worker-pool', 99, 89, 91), []);
  });

  test('a pool with one slot for each thread', () => {
    const variants = [variant('worker-pool', { concurrency: 2, trials: trials(1, 99, 99) })];
    assert.deepEqual(codesOf({ variants }), []);
  });

  test('a worker that was asked late for its figures was not busy for more than all of the trial', () => {
    const [warning] = warned({ variants: [variant('worker-pool', { trials: trials(1, 95, 180) })] });
    assertNames(warning!.message, /\b98%/);
    assert.deepEqual(codes('worker-pool', 1, 60, 180), []);
  });

  test('several variants in one sentence', () => {
    const variants = [
      variant('event-loop', { trials: trials(98.2) }),
      variant('worker-pool', { trials: trials(1, 95, 95) }),
    ];
    const [warning] = warned({ variants });
    assertNames(warning!.message, '98% (event-loop), 95% (worker-pool)');
  });
});

describe('slots-not-full', () => {
  const closed: Load = { kind: 'closed', rateLimit: null };
  const codes = (mean: number, over: { jobs?: number; load?: Load; spanMs?: number } = {}) => {
    const { spec } = record();
    const inFlight = { asked: 16, mean, spanMs: over.spanMs ?? 80 };
    return codesOf({
      spec: { ...spec, jobs: over.jobs ?? 40, load: over.load ?? closed },
      variants: [variant('worker-pool', { trials: [trial({ inFlight })] })],
    });
  };

  test('five per cent below what was asked for', () => {
    // 15.2 of 16 is exactly that.
    assert.deepEqual(codes(15.19), ['slots-not-full']);
    assert.deepEqual(codes(15.21), []);
    assert.deepEqual(codes(17), []);
  });

  test('both figures are named', () => {
    const inFlight = { asked: 16, mean: 8.8, spanMs: 80 };
    const [warning] = warned({ variants: [variant('worker-pool', { trials: [trial({ inFlight })] })] });
    assertNames(warning!.message, '--concurrency', '8.8 of 16', '55%');
    assert.equal(warning?.variant, 'worker-pool');
  });

  test('not where it means nothing: fewer than two jobs for a slot, no time, a limit on the rate, a schedule', () => {
    assert.deepEqual(codes(8, { jobs: 32 }), ['slots-not-full']);
    assert.deepEqual(codes(8, { jobs: 31 }), []);
    assert.deepEqual(codes(8, { spanMs: 0.9 }), []);
    assert.deepEqual(codes(8, { load: { kind: 'closed', rateLimit: 100 } }), []);
    assert.deepEqual(codes(8, { load: { kind: 'open', rate: 100, arrivals: 'uniform' } }), []);
    assert.deepEqual(
      codesOf({ variants: [variant('worker-pool', { trials: [trial({ inFlight: null })] })] }),
      [],
    );
  });

  test('the median trial counts', () => {
    const trials = [8, 15.9, 15.8].map((mean) => trial({ inFlight: { asked: 16, mean, spanMs: 80 } }));
    assert.deepEqual(codesOf({ variants: [variant('worker-pool', { trials })] }), []);
  });
});

describe('clock-coarse', () => {
  const withStep = (clockResolutionNs: number, p50: number | null) => {
    const event = variant('event-loop');
    return warned({
      environment: { ...record().environment, clockResolutionNs },
      variants: [
        {
          ...event,
          summary: event.summary && { ...event.summary, latencyMs: { ...event.summary.latencyMs, p50 } },
        },
      ],
    });
  };

  test('a step of more than one per cent of the median latency', () => {
    const [warning] = withStep(1_000_000, 20);
    assert.equal(warning?.code, 'clock-coarse');
    assertNames(warning.message, '5.0% of the median latency');
    assert.deepEqual(withStep(200_000, 20), []);
    assert.deepEqual(withStep(50, 0.02), []);
  });

  test('latencies of nothing, and none', () => {
    assertNames(withStep(50, 0)[0]!.message, 'all of the median latency');
    assert.deepEqual(withStep(1e9, null), []);
  });
});
