import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LimitInput, limitOf } from '../../../src/accounting/limit.ts';

/** Eight jobs of 50 ms, four at once, on one thread of a machine with two CPUs. */
const PLAN: LimitInput = {
  loads: [{ totalMs: 8 * 50, longestMs: 50 }],
  concurrency: 4,
  cpuMs: 40,
  threads: 1,
  machineCpuMs: 60,
  cpus: 2,
  requests: 8,
  requestsPerSecond: 1_000,
  wallMs: 125,
};

describe('the limit', () => {
  test('waits: the jobs in as many chains as there are in flight', () => {
    assert.deepEqual(limitOf(PLAN), {
      // 8 × 50 ÷ 4; 40 ms on one thread; 8 requests at one a millisecond.
      wallMs: 100,
      binds: 'waits',
      waitsMs: 100,
      cpuMs: 40,
      serverMs: 8,
      efficiency: 0.8,
    });
  });

  test('one job that is longer than all others together', () => {
    const limit = limitOf({ ...PLAN, loads: [{ totalMs: 530, longestMs: 500 }], wallMs: 500 });
    assert.deepEqual([limit?.waitsMs, limit?.binds, limit?.efficiency], [500, 'waits', 1]);
  });

  test('of several blocks the one in the middle', () => {
    const loads = [
      { totalMs: 4_000, longestMs: 500 },
      { totalMs: 400, longestMs: 50 },
      { totalMs: 300, longestMs: 120 },
    ];
    assert.equal(limitOf({ ...PLAN, loads })?.waitsMs, 120);
  });

  test('CPU: shared by the threads, but by no more of them than there are CPUs', () => {
    const busy = { ...PLAN, cpuMs: 400, machineCpuMs: 410 };
    assert.deepEqual([limitOf(busy)?.wallMs, limitOf(busy)?.binds], [400, 'cpu']);
    assert.equal(limitOf({ ...busy, threads: 2 })?.cpuMs, 205);
    assert.equal(limitOf({ ...busy, threads: 2, cpus: 8 })?.cpuMs, 200);
    assert.equal(limitOf({ ...busy, threads: 64 })?.cpuMs, 205);
  });

  test('CPU: a server on the same machine takes its part of the CPUs', () => {
    // Two threads with 200 ms would do with 100, but the server computes for 300 more: 500 ÷ 2.
    const limit = limitOf({ ...PLAN, cpuMs: 200, threads: 2, machineCpuMs: 500 });
    assert.deepEqual([limit?.cpuMs, limit?.binds], [250, 'cpu']);
  });

  test('the server: the plan at its ceiling', () => {
    const limit = limitOf({ ...PLAN, requests: 16, requestsPerSecond: 80, wallMs: 400 });
    assert.deepEqual([limit?.serverMs, limit?.binds, limit?.efficiency], [200, 'server', 0.5]);
  });

  test('what is unknown binds nothing', () => {
    const limit = limitOf({ ...PLAN, cpuMs: null, machineCpuMs: null, requestsPerSecond: null });
    assert.deepEqual([limit?.cpuMs, limit?.serverMs, limit?.binds], [0, null, 'waits']);
    assert.equal(
      limitOf({ ...PLAN, loads: [], cpuMs: null, machineCpuMs: null, requestsPerSecond: null }),
      null,
    );
  });

  test('an efficiency above 1 is shown as it comes out', () => {
    assert.equal(limitOf({ ...PLAN, wallMs: 80 })?.efficiency, 1.25);
  });
});
