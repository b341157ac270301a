import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverRate } from '../../../../src/analysis/breakdown/server-rate.ts';
import { block, record, variant } from '../../../fixtures/runs/records.ts';

const CEILING = { requestsPerSecond: 5_000, cpuMsPerRequest: 0.2, eventLoopUtilization: 1 };

/** Blocks of 100 ms in which the server answered 40 requests. */
const run = (utilization: number, ceiling: typeof CEILING | null) => {
  const server = { requests: 40, cpuMs: 90, eventLoopUtilization: utilization };
  const blocks = [1, 2, 3].map((round) => block({ round, wallMs: 100, server }));
  return record({
    server: { kind: 'embedded', url: 'http://127.0.0.1:1', ceiling, drift: null },
    variants: [variant('event-loop', { blocks })],
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
  const foreign = run(0.5, null);
  for (const each of foreign.variants[0]?.blocks ?? []) each.server = null;
  assert.equal(serverRate(foreign), null);
});
