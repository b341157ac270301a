import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparable, comparedMs } from '../../../src/analysis/comparable.ts';
import { outcomes, trial } from '../../fixtures/runs/records.ts';

test('a trial with failed jobs is compared only as far as failures are allowed, and at its goodput', () => {
  const failed = { wallMs: 90, outcomes: outcomes({ ok: 30, reset: 10 }) };
  assert.equal(comparable(trial(failed)), false);
  assert.equal(comparable(trial({ ...failed, allowedFailures: 9 })), false);
  assert.equal(comparable(trial({ ...failed, allowedFailures: 10 })), true);
  // 30 of 40 jobs in 90 ms: 40 would take 120 ms.
  assert.equal(comparedMs(trial({ ...failed, allowedFailures: 10 })), 120);
});

test('a trial whose jobs all failed is not compared, however many may fail', () => {
  assert.equal(comparable(trial({ outcomes: outcomes({ reset: 40 }), allowedFailures: 40 })), false);
});
