import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingText } from '../../../../src/orchestrator/captures/missing-text.ts';

test('missing threads: those that ended and the workload’s own are told apart, and none is nothing', () => {
  assert.equal(missingText(0, 0), null);
  assert.equal(missingText(0, 2), '2 worker threads of the workload’s own were not profiled.');
  assert.equal(
    missingText(1, 1),
    '1 worker thread ended during the load: its profile is missing. 1 worker thread of the workload’s own was not profiled.',
  );
});
