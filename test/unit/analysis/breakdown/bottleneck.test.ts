import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LimitInput, leastWallMs, limitOf } from '../../../../src/analysis/breakdown/limit.ts';

/** Eight jobs of 50 ms, four at once, on one thread of a machine with two CPUs. */
const PLAN: LimitInput = {
  loads: [{ totalMs: 8 * 50, waitingMs: 8 * 45, longestMs: 50, spread: 1 }],
  concurrency: 4,
  cpuMs: 40,
  threads: 1,
  machineCpuMs: 60,
  libuv: null,
  cpus: { allowed: 2, quota: null },
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
      waitsOf: 'chain',
      waitingShare: 0.9,
      cpuMs: 40,
      cpuOf: 'threads',
      serverMs: 8,
      efficiency: 0.8,
    });
  });

  test('one job that is longer than all others together', () => {
    const loads = [{ totalMs: 530, waitingMs: 520, longestMs: 500, spread: 1 }];
    const limit = limitOf({ ...PLAN, loads, wallMs: 500 });
    assert.deepEqual([limit?.waitsMs, limit?.binds, limit?.efficiency], [500, 'waits', 1]);
    assert.equal(limit?.waitsOf, 'longest-job');
    // One after another it is all of them.
    assert.equal(limitOf({ ...PLAN, loads, concurrency: 1 })?.waitsOf, 'chain');
  });

  test('of several trials the one in the middle', () => {
    const loads = [
      { totalMs: 4_000, waitingMs: 4_000, longestMs: 500, spread: 1 },
      { totalMs: 400, waitingMs: 400, longestMs: 50, spread: 1 },
      { totalMs: 300, waitingMs: 300, longestMs: 120, spread: 1 },
    ];
    assert.equal(limitOf({ ...PLAN, loads })?.waitsMs, 120);
  });

  test('CPU: shared by the threads, but by no more of them than there are CPUs', () => {
    const busy = { ...PLAN, cpuMs: 400, machineCpuMs: 410 };
    assert.deepEqual([limitOf(busy)?.wallMs, limitOf(busy)?.binds], [400, 'cpu']);
    assert.equal(limitOf({ ...busy, threads: 2 })?.cpuMs, 205);
    assert.equal(limitOf({ ...busy, threads: 2, cpus: { allowed: 8, quota: null } })?.cpuMs, 200);
    assert.equal(limitOf({ ...busy, threads: 64 })?.cpuMs, 205);
  });

  test('CPU: a server on the same machine takes its part of the CPUs', () => {
    // Two threads with 200 ms would do with 100, but the server computes for 300 more: 500 ÷ 2.
    const limit = limitOf({ ...PLAN, cpuMs: 200, threads: 2, machineCpuMs: 500 });
    assert.deepEqual([limit?.cpuMs, limit?.cpuOf, limit?.binds], [250, 'machine', 'cpu']);
  });

  test('CPU: libuv’s pool, by as many threads as it has', () => {
    const pool = (threads: number) => limitOf({ ...PLAN, machineCpuMs: 360, libuv: { cpuMs: 300, threads } });
    assert.deepEqual([pool(1)?.cpuMs, pool(1)?.cpuOf], [300, 'libuv']);
    assert.deepEqual([pool(4)?.cpuMs, pool(4)?.cpuOf], [180, 'machine']);
  });

  test('jobs that compute are bound by CPU, also one after another', () => {
    const sequential = { ...PLAN, concurrency: 1, cpuMs: 399, machineCpuMs: 399 };
    const computing = limitOf({
      ...sequential,
      loads: [{ totalMs: 400, waitingMs: 1, longestMs: 50, spread: 1 }],
    });
    assert.deepEqual([computing?.binds, computing?.wallMs], ['cpu', 400]);
    const waiting = limitOf({
      ...sequential,
      cpuMs: 100,
      loads: [{ totalMs: 400, waitingMs: 300, longestMs: 50, spread: 1 }],
    });
    assert.equal(waiting?.binds, 'waits');
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

describe('the shortest time for some CPU', () => {
  const all = { allowed: 4, quota: null };

  test('threads share it, as far as there are CPUs', () => {
    assert.equal(leastWallMs(120, 2, all), 60);
    assert.equal(leastWallMs(120, 8, all), 30);
  });

  test('a CPU limit: what two periods give can be used at once, the rest waits for the next ones', () => {
    const quota = { cpus: 0.5, periodMs: 100 };
    const limited = (cpuMs: number, threads = 1) => leastWallMs(cpuMs, threads, { allowed: 4, quota });
    // 50 ms at the end of one period, 50 ms at the beginning of the next.
    assert.equal(limited(100), 100);
    assert.equal(limited(100, 2), 50);
    // 50 of them, 100 for the next period, 50 and 10.
    assert.equal(limited(110), 160);
    assert.equal(limited(1_000), 1_800 + 100);
  });

  test('a CPU limit above what the threads can use is none', () => {
    const quota = { cpus: 2.5, periodMs: 100 };
    assert.equal(leastWallMs(1_000, 2, { allowed: 4, quota }), 500);
  });
});
