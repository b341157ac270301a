import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTCOME_CODE } from '../../../../src/core/outcomes.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { summariseLatency } from '../../../../src/engine/measurement/open-loop.ts';

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
  // Of 10 20 30 40: p50 lies midway between 20 and 30.
  const { p50, p90, p99, max } = summariseLatency(table);
  assert.deepEqual([p50, p90, p99, max], [25, null, null, 40]);
});

test('a p90 wants ten jobs: of fewer it would lie between the two longest', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => 10 * (index + 1));
  assert.equal(summariseLatency(tableOf(upTo(9))).p90, null);
  // Place 0.9 · 9 = 8.1 of 10…100.
  assert.equal(summariseLatency(tableOf(upTo(10))).p90?.toFixed(6), '91.000000');
});

test('a p99 is given from 1,000 jobs on, a p99.9 from 10,000', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const of = (count: number) => summariseLatency(tableOf(upTo(count)));
  assert.equal(of(999).p99, null);
  // Place 0.99 · 999 = 989.01 of 1…1,000.
  assert.deepEqual([of(1_000).p99?.toFixed(6), of(1_000).p999], ['990.010000', null]);
  assert.equal(of(9_999).p999, null);
  // Place 0.999 · 9,999 = 9,989.001 of 1…10,000.
  assert.equal(of(10_000).p999?.toFixed(6), '9990.001000');
});

test('no job that ended ok: no figures', () => {
  const nothing = { p50: null, p90: null, p99: null, p999: null, max: null };
  assert.deepEqual(summariseLatency(JobTable.shared(3)), nothing);
});
