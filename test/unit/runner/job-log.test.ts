import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from 'pino';
import { OUTCOME_CODE } from '../../../src/core/outcomes.ts';
import { SharedState } from '../../../src/engine/measurement/shared-state.ts';
import { logJobs } from '../../../src/runner/job-log.ts';

/** Lines as a logger would get them. */
function linesOf(state: SharedState): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const logger = { debug: (line: Record<string, unknown>) => lines.push(line) };
  logJobs(logger as unknown as Logger, state);
  return lines;
}

test('one line a job, in order of their starts, times from the first start', () => {
  const state = new SharedState(3);
  state.plan.set([7, 8, 9]);
  state.table.start.set([5e9 + 2e6, 5e9, 0]);
  state.table.end.set([5e9 + 3.5e6, 5e9 + 1e6, 0]);
  state.table.thread.set([2, 1, 0]);
  state.table.status.set([503, 200, 0]);
  state.table.bytes.set([3, 4, 0]);
  state.table.outcome.set([OUTCOME_CODE['http-error'], OUTCOME_CODE.ok, 0]);
  const [first, second, third] = linesOf(state);
  assert.deepEqual(first, {
    job: 1,
    item: 8,
    thread: 1,
    startMs: 0,
    endMs: 1,
    durationMs: 1,
    status: 200,
    outcome: 'ok',
    bytes: 4,
  });
  assert.deepEqual(second, {
    job: 0,
    item: 7,
    thread: 2,
    startMs: 2,
    endMs: 3.5,
    durationMs: 1.5,
    status: 503,
    outcome: 'http-error',
    bytes: 3,
  });
  assert.deepEqual(
    [third?.job, third?.outcome, third?.startMs, third?.endMs, third?.durationMs],
    [2, 'not-started', null, null, null],
    'a job that never started has no times, and comes last',
  );
});

test('a plan of very many jobs: the first ten thousand, and how many are left', () => {
  const state = new SharedState(10_002);
  state.table.start.fill(1e6);
  const lines = linesOf(state);
  assert.equal(lines.length, 10_001);
  assert.deepEqual([lines[0]?.job, lines[9_999]?.job, lines[10_000]], [0, 9_999, { left: 2 }]);
});

test('a plan of very many jobs in shuffled order: the log begins with the job that started first', () => {
  const jobs = 10_002;
  const state = new SharedState(jobs);
  // The last position starts first, 1 ms before the one before it.
  state.order.reverse();
  for (const [turn, position] of state.order.entries()) state.table.start[position] = (turn + 1) * 1e6;
  const lines = linesOf(state);
  assert.deepEqual([lines[0]?.job, lines[0]?.startMs, lines[9_999]?.job], [10_001, 0, 2]);
});
