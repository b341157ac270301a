import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { summariseInFlight } from '../../../../src/engine/measurement/in-flight.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';

/** Jobs with these starts and ends, ms after some moment. */
function tableOf(jobs: readonly (readonly [number, number])[]): JobTable {
  const table = JobTable.shared(jobs.length);
  jobs.forEach(([start, end], row) => {
    table.start[row] = 5e9 + start * 1e6;
    table.end[row] = 5e9 + end * 1e6;
  });
  return table;
}

describe('jobs in flight', () => {
  test('slots that are never empty: as many as there are slots', () => {
    // Two slots: 0–10 then 10–30; 0–20 then 20–25. The second start fills the slots at 0, the last is at 20.
    const table = tableOf([
      [0, 10],
      [0, 20],
      [10, 30],
      [20, 25],
    ]);
    assert.deepEqual(summariseInFlight(table, 2), { asked: 2, mean: 2, spanMs: 20 });
  });

  test('a slot that waits between two jobs', () => {
    // From 2 to 20: one slot is busy throughout (18 ms), the other for 2–10 and 16–20 (12 ms): 30 ÷ 18.
    const table = tableOf([
      [2, 10],
      [0, 20],
      [16, 30],
      [20, 25],
    ]);
    assert.deepEqual(summariseInFlight(table, 2), { asked: 2, mean: 30 / 18, spanMs: 18 });
  });

  test('one slot, and half of the time between jobs', () => {
    const table = tableOf([
      [0, 5],
      [10, 15],
      [20, 25],
    ]);
    assert.deepEqual(summariseInFlight(table, 1), { asked: 1, mean: 0.5, spanMs: 20 });
  });

  test('no more jobs than slots, or no time between the starts: nothing can be said', () => {
    const three = tableOf([
      [0, 5],
      [1, 5],
      [2, 5],
    ]);
    assert.equal(summariseInFlight(three, 3), null);
    assert.equal(summariseInFlight(JobTable.shared(4), 1), null);
    const atOnce = tableOf([
      [3, 5],
      [3, 6],
    ]);
    assert.equal(summariseInFlight(atOnce, 1), null);
  });

  test('jobs that never started take no part', () => {
    const table = tableOf([
      [0, 10],
      [10, 20],
      [0, 0],
    ]);
    table.start[2] = 0;
    table.end[2] = 0;
    assert.deepEqual(summariseInFlight(table, 1), { asked: 1, mean: 1, spanMs: 10 });
  });

  test('slots that take the next job at once are full, whatever the jobs take; pauses only ever take away', () => {
    const plan = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 6, maxLength: 60 });
    fc.assert(
      fc.property(
        plan,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 9 }),
        (times, slots, pause) => {
          const freeAt = new Array<number>(slots).fill(0);
          const jobs = times.map((time): [number, number] => {
            const slot = freeAt.indexOf(Math.min(...freeAt));
            const start = freeAt[slot]!;
            freeAt[slot] = start + time + pause;
            return [start, start + time];
          });
          const seen = summariseInFlight(tableOf(jobs), slots);
          if (seen === null) return;
          assert.ok(seen.mean <= slots + 1e-9 && seen.mean >= 0);
          if (pause === 0) assert.ok(Math.abs(seen.mean - slots) < 1e-9);
        },
      ),
    );
  });
});
