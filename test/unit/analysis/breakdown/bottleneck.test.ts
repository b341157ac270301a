import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type BottleneckInput,
  bottleneckOf,
  judgeTerms,
  minWallMs,
} from '../../../../src/analysis/breakdown/bottleneck.ts';

/** Eight jobs of 50 ms, four at once, on one thread of a machine with two CPUs. */
const PLAN: BottleneckInput = {
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

describe('bottleneckOf', () => {
  test('waiting: the jobs in as many chains as the concurrency', () => {
    assert.deepEqual(bottleneckOf(PLAN), {
      // 8 × 50 ÷ 4; 40 ms on one thread; 8 requests at one a millisecond.
      kind: 'waiting',
      causes: ['waiting'],
      idealMs: 100,
      idealOf: 'waiting',
      waitingMs: 100,
      waitingOf: 'chain',
      waitingShare: 0.9,
      cpuMs: 40,
      cpuOf: 'threads',
      serverMs: 8,
      efficiency: 0.8,
    });
  });

  test('one job that is longer than all others together', () => {
    const loads = [{ totalMs: 530, waitingMs: 520, longestMs: 500, spread: 1 }];
    const found = bottleneckOf({ ...PLAN, loads, wallMs: 500 });
    assert.deepEqual([found?.waitingMs, found?.kind, found?.efficiency], [500, 'waiting', 1]);
    assert.equal(found?.waitingOf, 'longest-job');
    // One after another it is all of them.
    assert.equal(bottleneckOf({ ...PLAN, loads, concurrency: 1 })?.waitingOf, 'chain');
  });

  test('of several trials the one in the middle', () => {
    const loads = [
      { totalMs: 4_000, waitingMs: 4_000, longestMs: 500, spread: 1 },
      { totalMs: 400, waitingMs: 400, longestMs: 50, spread: 1 },
      { totalMs: 300, waitingMs: 300, longestMs: 120, spread: 1 },
    ];
    assert.equal(bottleneckOf({ ...PLAN, loads })?.waitingMs, 120);
  });

  test('CPU: shared by the threads, but by no more of them than there are CPUs', () => {
    const busy = { ...PLAN, cpuMs: 400, machineCpuMs: 410 };
    assert.deepEqual([bottleneckOf(busy)?.idealMs, bottleneckOf(busy)?.kind], [400, 'cpu']);
    assert.equal(bottleneckOf({ ...busy, threads: 2 })?.cpuMs, 205);
    assert.equal(bottleneckOf({ ...busy, threads: 2, cpus: { allowed: 8, quota: null } })?.cpuMs, 200);
    assert.equal(bottleneckOf({ ...busy, threads: 64 })?.cpuMs, 205);
  });

  test('CPU: a server on the same machine takes its part of the CPUs', () => {
    // Two threads with 200 ms would do with 100, but the server computes for 300 more: 500 ÷ 2.
    const found = bottleneckOf({ ...PLAN, cpuMs: 200, threads: 2, machineCpuMs: 500 });
    assert.deepEqual([found?.cpuMs, found?.cpuOf, found?.kind], [250, 'machine', 'cpu']);
  });

  test('CPU: libuv’s pool, by as many threads as it has', () => {
    const pool = (threads: number) =>
      bottleneckOf({ ...PLAN, machineCpuMs: 360, libuv: { cpuMs: 300, threads } });
    assert.deepEqual([pool(1)?.cpuMs, pool(1)?.cpuOf], [300, 'libuv']);
    assert.deepEqual([pool(4)?.cpuMs, pool(4)?.cpuOf], [180, 'machine']);
  });

  test('jobs that mostly compute: the bottleneck is CPU, also one after another', () => {
    const sequential = { ...PLAN, concurrency: 1, cpuMs: 399, machineCpuMs: 399 };
    const computing = bottleneckOf({
      ...sequential,
      loads: [{ totalMs: 400, waitingMs: 1, longestMs: 50, spread: 1 }],
    });
    assert.deepEqual([computing?.kind, computing?.idealMs], ['cpu', 400]);
    const waiting = bottleneckOf({
      ...sequential,
      cpuMs: 100,
      loads: [{ totalMs: 400, waitingMs: 300, longestMs: 50, spread: 1 }],
    });
    assert.equal(waiting?.kind, 'waiting');
  });

  test('the server: the plan at its ceiling', () => {
    const found = bottleneckOf({ ...PLAN, requests: 16, requestsPerSecond: 80, wallMs: 400 });
    assert.deepEqual([found?.serverMs, found?.kind, found?.efficiency], [200, 'server', 0.5]);
  });

  test('what is unknown is no bottleneck', () => {
    const found = bottleneckOf({ ...PLAN, cpuMs: null, machineCpuMs: null, requestsPerSecond: null });
    assert.deepEqual([found?.cpuMs, found?.serverMs, found?.kind], [0, null, 'waiting']);
    assert.equal(
      bottleneckOf({ ...PLAN, loads: [], cpuMs: null, machineCpuMs: null, requestsPerSecond: null }),
      null,
    );
  });

  test('an efficiency above 1 is shown as it comes out', () => {
    assert.equal(bottleneckOf({ ...PLAN, wallMs: 80 })?.efficiency, 1.25);
  });
});

describe('judgeTerms', () => {
  const terms = { waitingMs: 100, waitingShare: 0.9, cpuMs: 10, serverMs: null };
  const judged = (over: Partial<Parameters<typeof judgeTerms>[0]>) => judgeTerms({ ...terms, ...over });

  test('a term of two thirds of the largest is a cause as well: mixed, the largest first', () => {
    assert.deepEqual(judged({ cpuMs: 66 }).causes, ['waiting']);
    const { kind, causes, idealMs, idealOf } = judged({ cpuMs: 67 });
    assert.deepEqual([kind, causes, idealMs, idealOf], ['mixed', ['waiting', 'cpu'], 100, 'waiting']);
    assert.deepEqual(judged({ cpuMs: 120, serverMs: 90 }).causes, ['cpu', 'waiting', 'server']);
  });

  test('one chain of jobs: the share of waiting says whether waiting, CPU or both are the cause', () => {
    const kinds = [0.002, 0.39, 0.41, 0.5, 0.59, 0.61, 0.97].map(
      (waitingShare) => judged({ waitingShare, cpuMs: 100 * (1 - waitingShare) }).kind,
    );
    assert.deepEqual(kinds, ['cpu', 'cpu', 'mixed', 'mixed', 'mixed', 'waiting', 'waiting']);
  });

  test('jobs that mostly compute: the cause is CPU and the ideal is still their own time', () => {
    const { kind, idealMs, idealOf } = judged({ waitingShare: 0.002, cpuMs: 99 });
    assert.deepEqual([kind, idealMs, idealOf], ['cpu', 100, 'waiting']);
  });
});

describe('the shortest time for some CPU', () => {
  const all = { allowed: 4, quota: null };

  test('threads share it, as far as there are CPUs', () => {
    assert.equal(minWallMs(120, 2, all), 60);
    assert.equal(minWallMs(120, 8, all), 30);
  });

  test('a CPU limit: what two periods give can be used at once, the rest waits for the next ones', () => {
    const quota = { cpus: 0.5, periodMs: 100 };
    const limited = (cpuMs: number, threads = 1) => minWallMs(cpuMs, threads, { allowed: 4, quota });
    // 50 ms at the end of one period, 50 ms at the beginning of the next.
    assert.equal(limited(100), 100);
    assert.equal(limited(100, 2), 50);
    // 50 of them, 100 for the next period, 50 and 10.
    assert.equal(limited(110), 160);
    assert.equal(limited(1_000), 1_800 + 100);
  });

  test('a CPU limit above what the threads can use is none', () => {
    const quota = { cpus: 2.5, periodMs: 100 };
    assert.equal(minWallMs(1_000, 2, { allowed: 4, quota }), 500);
  });
});
