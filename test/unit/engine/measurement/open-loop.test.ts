import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OUTCOME_CODE } from '../../../../src/core/outcomes.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { summariseOpenLoop } from '../../../../src/engine/measurement/open-loop.ts';

interface Row {
  readonly due: number;
  /** Null: never started. */
  readonly start: number | null;
  readonly end?: number;
  readonly outcome?: keyof typeof OUTCOME_CODE;
}

/** Times in ms after 5 s on the clock. */
function summaryOf(rows: readonly Row[], complete = true) {
  const at = (ms: number) => 5e9 + ms * 1e6;
  const table = JobTable.shared(rows.length);
  for (const [row, { start, end, outcome }] of rows.entries()) {
    if (start === null) continue;
    table.start[row] = at(start);
    table.end[row] = at(end ?? start);
    table.outcome[row] = OUTCOME_CODE[outcome ?? 'ok'];
  }
  const dueNs = Float64Array.from(rows, ({ due }) => at(due));
  return summariseOpenLoop({ table, dueNs, rate: 100, complete });
}

test('response from the intended start, lateness of the actual one; rates from the first start to the last', () => {
  // Due every 10 ms; a stall until 45 kept the last three waiting.
  const summary = summaryOf([
    { due: 0, start: 1, end: 5 },
    { due: 10, start: 11, end: 45 },
    { due: 20, start: 45, end: 50 },
    { due: 30, start: 46, end: 50 },
    { due: 40, start: 61, end: 70 },
  ]);
  // Responses 5, 35, 30, 20, 30. Lateness 1, 1, 25, 16, 21.
  assert.deepEqual([summary.responseMs.p50, summary.responseMs.max, summary.meanResponseMs], [30, 35, 24]);
  assert.deepEqual([summary.latenessMs.p50, summary.latenessMs.max], [16, 25]);
  // Four gaps in 40 ms asked for, in 60 ms got.
  assert.equal(summary.offeredPerSecond, 100);
  assert.equal(summary.achievedPerSecond, 4 / 0.06);
  assert.deepEqual([summary.responseMs.p99, summary.unsent], [null, 0]);
});

test('what failed has lateness and no response time; what never started is unsent, if the trial was complete', () => {
  const rows: Row[] = [
    { due: 0, start: 2, end: 4 },
    { due: 10, start: 16, end: 900, outcome: 'timeout' },
    { due: 20, start: null },
    { due: 30, start: null },
  ];
  const summary = summaryOf(rows);
  assert.deepEqual([summary.meanResponseMs, summary.responseMs.max], [4, 4]);
  assert.equal(summary.latenessMs.max, 6);
  assert.deepEqual([summary.unsent, summary.achievedPerSecond?.toFixed(6)], [2, (1 / 0.014).toFixed(6)]);
  assert.equal(summaryOf(rows, false).unsent, 0, 'the rest was cut off with the run');
});

test('one job, no job', () => {
  const one = summaryOf([{ due: 0, start: 1, end: 2 }]);
  assert.deepEqual([one.offeredPerSecond, one.achievedPerSecond, one.meanResponseMs], [100, null, 2]);
  const none = summaryOf([{ due: 0, start: null }]);
  assert.deepEqual(
    [none.meanResponseMs, none.responseMs.max, none.latenessMs.max, none.achievedPerSecond, none.unsent],
    [null, null, null, null, 1],
  );
});

test('mean response is mean lateness plus mean service time: nothing is counted twice or left out', () => {
  const job = fc.record({ due: fc.nat(1_000), late: fc.nat(500), service: fc.nat(500) });
  fc.assert(
    fc.property(fc.array(job, { minLength: 1, maxLength: 50 }), (jobs) => {
      const summary = summaryOf(
        jobs.map(({ due, late, service }) => ({ due, start: due + late, end: due + late + service })),
      );
      const mean = jobs.reduce((sum, { late, service }) => sum + late + service, 0) / jobs.length;
      assert.ok(Math.abs(summary.meanResponseMs! - mean) < 1e-6);
      assert.ok(summary.responseMs.max! >= summary.latenessMs.max!);
    }),
  );
});
