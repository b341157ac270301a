import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverRate } from '../../../../src/analysis/breakdown/server-rate.ts';
import { record, trial, variant } from '../../../fixtures/runs/records.ts';

const CEILING = { requestsPerSecond: 5_000, cpuMsPerRequest: 0.2, eventLoopUtilization: 1 };

/** Trials of 100 ms in which the server answered 40 requests. */
const run = (utilization: number, ceiling: typeof CEILING | null) => {
  const server = { requests: 40, cpuMs: 90, eventLoopUtilization: utilization };
  const trials = [1, 2, 3].map((round) => trial({ round, wallMs: 100, server }));
  return record({
    server: { kind: 'embedded', url: 'http://127.0.0.1:1', ceiling, drift: null },
    variants: [variant('event-loop', { trials })],
  });
};

test('a server that was hardly busy is as quick as the burst showed', () => {
  assert.equal(serverRate(run(0.5, CEILING)), 5_000);
  assert.equal(serverRate(run(0.5, null)), null);
});

test('one that was busy all of the time answered what it can', () => {
  // 40 requests in 100 ms, of which it was busy for 96.
  assert.equal(serverRate(run(0.96, CEILING)), 40_000 / 96);
  assert.equal(serverRate(run(0.96, null)), 40_000 / 96);
});

test('the burst still counts where it was slower', () => {
  assert.equal(serverRate(run(0.96, { ...CEILING, requestsPerSecond: 300 })), 300);
});

test('another server’s rate is unknown', () => {
  const external = run(0.5, null);
  for (const each of external.variants[0]?.trials ?? []) each.server = null;
  assert.equal(serverRate(external), null);
});
