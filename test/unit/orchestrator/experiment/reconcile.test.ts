import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAULT_NAMES, type FaultName } from '../../../../src/core/faults.ts';
import { OUTCOME_CODE, type Outcome } from '../../../../src/core/outcomes.ts';
import { JobTable } from '../../../../src/engine/measurement/job-table.ts';
import { compareCommonJobs } from '../../../../src/orchestrator/experiment/common-jobs.ts';
import { nothingReconciled, reconcileTrial } from '../../../../src/orchestrator/experiment/reconcile.ts';
import type { Injected } from '../../../../src/orchestrator/server/faults/injector.ts';
import { outcomes, record, trial } from '../../../fixtures/runs/records.ts';

function rowsOf(...ended: Outcome[]): JobTable {
  const rows = JobTable.shared(ended.length);
  for (const [position, outcome] of ended.entries()) {
    rows.outcome[position] = OUTCOME_CODE[outcome];
    rows.start[position] = 1;
    rows.end[position] = 1 + 1e6 * (position + 1);
  }
  return rows;
}

const named = (...jobs: [position: number, attempt: number, fault: FaultName | null][]): Injected => ({
  jobs: jobs.flatMap(([position, attempt, fault]) => [
    position,
    attempt,
    fault === null ? -1 : FAULT_NAMES.indexOf(fault),
  ]),
  requests: {},
  connections: {},
});

function reconcile(injected: Injected, ...ended: Outcome[]) {
  const run = { ...record(), reconciled: nothingReconciled() };
  const explained = reconcileTrial(
    run,
    { name: 'event-loop' },
    trial(),
    rowsOf(...ended),
    injected,
    (position) => `job ${position}`,
  );
  return { explained, ...run.reconciled };
}

describe('reconciling injected faults with jobs', () => {
  test('each job ends as its fault says: no defect, and the failed ones are explained', () => {
    const { explained, defects, jobs, injected } = reconcile(
      named([1, 0, 'reset'], [2, 0, 'error'], [3, 0, 'latency']),
      'ok',
      'stale-connection',
      'http-error',
      'ok',
    );
    assert.deepEqual([explained, defects], [2, 0]);
    assert.deepEqual(
      jobs.map(({ fault, outcome, jobs }) => [fault, outcome, jobs]),
      [
        [null, 'ok', 1],
        ['reset', 'stale-connection', 1],
        ['error', 'http-error', 1],
        ['latency', 'ok', 1],
      ],
    );
    assert.deepEqual(
      injected.map(({ fault, count }) => [fault, count]),
      [
        ['reset', 1],
        ['error', 1],
        ['latency', 1],
      ],
    );
  });

  test('a job that failed without a fault, that a fault had no effect on, or that never ran is a defect', () => {
    const { explained, defects, examples } = reconcile(named([1, 0, 'reset']), 'reset', 'ok', 'not-started');
    assert.deepEqual([explained, defects], [0, 3]);
    assert.deepEqual(
      examples.map(({ position, name, fault, outcome }) => [position, name, fault, outcome]),
      [
        [0, 'job 0', null, 'reset'],
        [1, 'job 1', 'reset', 'ok'],
        [2, 'job 2', null, 'not-started'],
      ],
    );
  });

  test('a connection that ended explains one failed job, not two', () => {
    const { explained, defects, jobs } = reconcile(
      { ...named(), connections: { 'idle-close': 1 } },
      'stale-connection',
      'stale-connection',
    );
    assert.deepEqual([explained, defects], [1, 1]);
    assert.deepEqual(
      jobs.map(({ fault, isExpected }) => [fault, isExpected]),
      [
        ['idle-close', true],
        [null, false],
      ],
    );
  });

  test('of a job with several requests the last one counts', () => {
    const { explained, defects, jobs } = reconcile(
      named([0, 0, 'reset'], [0, 1, null], [1, 0, 'reset'], [1, 1, 'error']),
      'ok',
      'http-error',
    );
    assert.deepEqual([explained, defects], [1, 0]);
    assert.deepEqual(
      jobs.map(({ fault, outcome }) => [fault, outcome]),
      [
        [null, 'ok'],
        ['error', 'http-error'],
      ],
    );
  });
});

test('jobs that failed in one trial of a round count in the latencies of none, if failures are allowed', () => {
  const spec = record().spec;
  const failing = { ...trial({ outcomes: outcomes({ ok: 3, reset: 1 }), allowedFailures: 1 }) };
  const whole = { ...trial({ outcomes: outcomes({ ok: 4 }) }) };
  const round = [
    { trial: failing, rows: rowsOf('ok', 'ok', 'ok', 'reset'), dueNs: null },
    { trial: whole, rows: rowsOf('ok', 'ok', 'ok', 'ok'), dueNs: null },
  ];
  compareCommonJobs(round, spec);
  assert.deepEqual([failing.latencyMs.max, whole.latencyMs.max], [3, 3]);
});
