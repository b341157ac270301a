import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobTable } from '../../../src/measurement/job-table.ts';
import { summariseLatency } from '../../../src/measurement/latency.ts';
import { OUTCOME_CODE } from '../../../src/types/outcomes.ts';

/** Jobs that took so many ms each, all ok. */
function tableOf(latenciesMs: readonly number[]): JobTable {
  const table = JobTable.shared(latenciesMs.length);
  latenciesMs.forEach((ms, row) => {
    table.start[row] = 5e9;
    table.end[row] = 5e9 + ms * 1e6;
    table.outcome[row] = OUTCOME_CODE.ok;
  });
  return table;
}

test('percentiles are in milliseconds, interpolated, of the jobs that ended ok only', () => {
  const table = tableOf([40, 10, 30, 20, 1000]);
  table.outcome[4] = OUTCOME_CODE.timeout;
  // Of 10 20 30 40: p50 lies midway between 20 and 30, p90 at place 2.7.
  const { p50, p90, p99, max } = summariseLatency(table, OUTCOME_CODE.ok);
  assert.deepEqual([p50, p90?.toFixed(6), p99, max], [25, '37.000000', null, 40]);
});

test('a p99 is given from 100 jobs on', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  assert.equal(summariseLatency(tableOf(hundred.slice(1)), OUTCOME_CODE.ok).p99, null);
  // Place 0.99 · 99 = 98.01 of 1…100.
  assert.equal(summariseLatency(tableOf(hundred), OUTCOME_CODE.ok).p99?.toFixed(6), '99.010000');
});

test('no job that ended ok: no figures', () => {
  const nothing = { p50: null, p90: null, p99: null, max: null };
  assert.deepEqual(summariseLatency(JobTable.shared(3), OUTCOME_CODE.ok), nothing);
});
