import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { breakdownOfThread, type ThreadFigures } from '../../../../src/analysis/breakdown/breakdown.ts';
import { BREAKDOWN_PARTS } from '../../../../src/core/documents/run-record.ts';

/** A thread that ran jobs for 100 ms: 60 on a CPU, 10 wanting one, so that 30 are left for waiting. */
const BUSY: ThreadFigures = {
  wallMs: 100,
  cpu: { cpuMs: 60, waitMs: 10 },
  activeMs: 60,
  gcMs: 5,
  work: 'jobs',
  movingMs: 0,
  user: { ms: 40, cpuShare: 0.75 },
  starvedMs: 4,
  doneMs: 6,
};

describe('where the wall of a thread goes', () => {
  test('CPU is collection, then the user’s calls with their share, then the client’s', () => {
    // 5 of collection, 40 × 0.75 = 30 of the user, 60 − 35 = 25 left; of 30 blocked 4 and 6 had no job.
    assert.deepEqual(breakdownOfThread(BUSY), {
      waiting: 20,
      'user-cpu': 30,
      'client-cpu': 25,
      gc: 5,
      cpuWait: 10,
      messaging: 4,
      idle: 6,
    });
  });

  test('pauses, and calls of unknown share, count with the share of active time on a CPU', () => {
    // Active for 80 ms, 60 of them on a CPU: ¾ of the 8 ms of pauses and of the 40 ms of calls.
    const breakdown = breakdownOfThread({ ...BUSY, activeMs: 80, gcMs: 8, user: { ms: 40, cpuShare: null } });
    assert.deepEqual([breakdown.gc, breakdown['user-cpu'], breakdown['client-cpu']], [6, 30, 24]);
  });

  test('without functions to be told apart, all CPU but collection is the user’s', () => {
    const breakdown = breakdownOfThread({ ...BUSY, user: null });
    assert.deepEqual([breakdown.gc, breakdown['user-cpu'], breakdown['client-cpu']], [5, 55, 0]);
  });

  test('a thread that hands jobs out: CPU is messaging, and what it waits is idle', () => {
    assert.deepEqual(breakdownOfThread({ ...BUSY, work: 'hands-out', user: null }), {
      waiting: 0,
      'user-cpu': 0,
      'client-cpu': 0,
      gc: 5,
      cpuWait: 10,
      messaging: 55,
      idle: 30,
    });
  });

  test('a thread that computes for others: what is not the user’s is messaging, and what it waits is idle', () => {
    assert.deepEqual(breakdownOfThread({ ...BUSY, work: 'computes', movingMs: 7 }), {
      waiting: 0,
      'user-cpu': 30,
      'client-cpu': 0,
      gc: 5,
      cpuWait: 10,
      messaging: 25,
      idle: 30,
    });
  });

  test('messages with the jobs’ data are messaging, and not the client’s CPU', () => {
    const breakdown = breakdownOfThread({ ...BUSY, movingMs: 7 });
    assert.deepEqual([breakdown['user-cpu'], breakdown['client-cpu'], breakdown.messaging], [30, 18, 11]);
  });

  test('where the kernel does not tell, the loop’s active time stands for CPU', () => {
    const breakdown = breakdownOfThread({
      ...BUSY,
      cpu: null,
      activeMs: 70,
      user: { ms: 40, cpuShare: null },
    });
    assert.deepEqual([breakdown['user-cpu'], breakdown['client-cpu'], breakdown.cpuWait], [40, 25, 0]);
    assert.equal(breakdown.waiting + breakdown.messaging + breakdown.idle, 30);
  });

  test('clocks that contradict each other: no part is negative, nor more than there is', () => {
    const breakdown = breakdownOfThread({ ...BUSY, cpu: { cpuMs: 101, waitMs: 3 }, activeMs: 100 });
    assert.deepEqual(breakdown, {
      waiting: 0,
      'user-cpu': 30,
      'client-cpu': 65,
      gc: 5,
      cpuWait: 0,
      messaging: 0,
      idle: 0,
    });
  });

  test('less than no CPU in next to no active time: no part is negative or unknown', () => {
    const breakdown = breakdownOfThread({
      ...BUSY,
      cpu: { cpuMs: -1e-15, waitMs: 0 },
      activeMs: 5e-324,
      gcMs: 0,
    });
    assert.deepEqual([breakdown.gc, breakdown['user-cpu'], breakdown['client-cpu']], [0, 0, 0]);
  });

  test('whatever is put in, the parts are never negative and add up to the wall', () => {
    const ms = fc.double({ min: -10, max: 1e5, noNaN: true });
    const figures: fc.Arbitrary<ThreadFigures> = fc.record({
      wallMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      cpu: fc.option(fc.record({ cpuMs: ms, waitMs: ms })),
      activeMs: ms,
      gcMs: ms,
      work: fc.constantFrom('jobs', 'computes', 'hands-out'),
      movingMs: ms,
      user: fc.option(fc.record({ ms, cpuShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) })),
      starvedMs: ms,
      doneMs: ms,
    });
    fc.assert(
      fc.property(figures, (given) => {
        const breakdown = breakdownOfThread(given);
        const parts = BREAKDOWN_PARTS.map((part) => breakdown[part]);
        assert.ok(
          parts.every((part) => part >= 0),
          JSON.stringify(breakdown),
        );
        const sum = parts.reduce((total, part) => total + part, 0);
        assert.ok(Math.abs(sum - given.wallMs) <= 1e-9 * given.wallMs, `${sum} of ${given.wallMs}`);
      }),
    );
  });
});
