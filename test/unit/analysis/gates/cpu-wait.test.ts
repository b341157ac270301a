import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuWaitOf } from '../../../../src/analysis/gates/cpu-wait.ts';
import type { TrialRecord } from '../../../../src/core/documents/run-record.ts';
import { record, threadSpan, trial, variant } from '../../../fixtures/runs/records.ts';

const waitOf = (over: Partial<TrialRecord>) =>
  cpuWaitOf(
    record({
      variants: [
        variant('worker-pool', { trials: [trial({ wallMs: 100, cpuUserMs: 30, cpuSystemMs: 0, ...over })] }),
      ],
    }),
    'worker-pool',
  );

test('the main thread and the worker that waited longest: 5 and 20 of 100 ms', () => {
  const threads = [
    threadSpan({ cpuMs: 10, waitMs: 5 }),
    threadSpan({ cpuMs: 10, waitMs: 12 }),
    threadSpan({ cpuMs: 10, waitMs: 20 }),
  ];
  assert.equal(waitOf({ threads })?.toFixed(9), Math.log(1 / 0.75).toFixed(9));
});

test('the server, and threads without JavaScript, waited as long for each millisecond of CPU', () => {
  const server = { requests: 40, cpuMs: 8, eventLoopUtilization: 0.1 };
  // 20 ms of CPU and 10 of waiting; beside it 10 ms of other threads and 8 of the server: 9 more.
  const threads = [threadSpan({ cpuMs: 20, waitMs: 10 })];
  assert.equal(waitOf({ threads, server })?.toFixed(9), Math.log(1 / 0.81).toFixed(9));
});

test('not known: nearly all of the wall, a thread without figures, no thread', () => {
  assert.equal(waitOf({ threads: [threadSpan({ cpuMs: 30, waitMs: 91 })] }), null);
  assert.equal(waitOf({ threads: [{ ...threadSpan({ cpuMs: 30, waitMs: 1 }), cpu: null }] }), null);
  assert.equal(waitOf({ threads: [] }), null);
});
