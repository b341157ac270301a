import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { usualVariants, type VariantName } from '../../src/core/variants.ts';
import { ceilingOf, isWorthProbing, probeCeiling } from '../../src/orchestrator/experiment/server-ceiling.ts';
import type { ServerUsage } from '../../src/orchestrator/server/usage.ts';
import { serverFor } from '../support/embedded-server.ts';

const DEFAULTS = { keepAlive: true, payloadBytes: null, protocol: null, tls: false };
const never = () => new AbortController().signal;

function usage(changes: Partial<ServerUsage>): ServerUsage {
  return {
    pid: 1,
    requests: 0,
    connectionsRefused: 0,
    uptimeMs: 0,
    cpuUserMs: 0,
    cpuSystemMs: 0,
    eventLoopUtilization: 0,
    eventLoopActiveMs: 0,
    eventLoopIdleMs: 0,
    ...changes,
  };
}

describe('the ceiling, from two readings', () => {
  const before = usage({ requests: 1_000, cpuUserMs: 50, cpuSystemMs: 10, eventLoopActiveMs: 80 });

  test('requests by the time that they took of the loop', () => {
    // 6,000 requests in 300 ms; the loop was active for 150 ms, the process had 180 ms of CPU.
    const after = usage({ requests: 7_000, cpuUserMs: 170, cpuSystemMs: 70, eventLoopActiveMs: 230 });
    assert.deepEqual(ceilingOf(before, after, 300), {
      requestsPerSecond: 40_000,
      cpuMsPerRequest: 0.03,
      eventLoopUtilization: 0.5,
    });
  });

  test('time that others had its CPU is not charged to the requests', () => {
    // Active for 240 ms, but only 120 ms of that on a CPU.
    const after = usage({ requests: 7_000, cpuUserMs: 150, cpuSystemMs: 30, eventLoopActiveMs: 320 });
    assert.deepEqual(ceilingOf(before, after, 300), {
      requestsPerSecond: 50_000,
      cpuMsPerRequest: 0.02,
      eventLoopUtilization: 0.8,
    });
  });

  test('too few requests say nothing', () => {
    const after = usage({ requests: 1_099, cpuUserMs: 150, cpuSystemMs: 30, eventLoopActiveMs: 320 });
    assert.equal(ceilingOf(before, after, 300), null);
  });
});

describe('whether it is worth its time', () => {
  const variants: VariantName[] = ['sequential', 'event-loop'];

  test('not for a first look: too few rounds to claim anything, and few jobs', () => {
    // Of one comparison at least 6 rounds, of six comparisons at least 8.
    assert.equal(isWorthProbing({ jobs: 40, rounds: 5, variants }), false);
    assert.equal(isWorthProbing({ jobs: 40, rounds: 6, variants }), true);
    assert.equal(isWorthProbing({ jobs: 40, rounds: 7, variants: usualVariants(false) }), false);
    assert.equal(isWorthProbing({ jobs: 40, rounds: 8, variants: usualVariants(false) }), true);
  });

  test('for many jobs, and where the rounds go on until there is something to claim', () => {
    assert.equal(isWorthProbing({ jobs: 2_500, rounds: 1, variants }), true);
    assert.equal(isWorthProbing({ jobs: 2_499, rounds: 1, variants }), false);
    assert.equal(isWorthProbing({ jobs: 1, rounds: null, variants: ['sequential'] }), true);
  });
});

describe('the burst', () => {
  test('keeps a real server at work, and leaves no connection to it', async (t) => {
    const server = await serverFor(t);
    const ceiling = await probeCeiling(server, DEFAULTS, never());
    assert.ok(ceiling !== null);
    assert.ok(ceiling.requestsPerSecond > 0 && ceiling.cpuMsPerRequest > 0);
    assert.ok(ceiling.eventLoopUtilization > 0 && ceiling.eventLoopUtilization <= 1);
    const { requests } = await server.usage();
    assert.ok(requests > 100, `${requests}`);
    // It stops by itself once no connection is left: nothing here keeps this process alive either.
    assert.ok(!process.getActiveResourcesInfo().includes('TCPSocketWrap'));
  });

  test('a connection for each request costs a server more', async (t) => {
    const kept = await probeCeiling(await serverFor(t), DEFAULTS, never());
    const closing = { keepAlive: false, payloadBytes: null, protocol: null, tls: false };
    const each = await probeCeiling(await serverFor(t, { keepAlive: false }), closing, never());
    assert.ok(kept !== null && each !== null);
    assert.ok(each.cpuMsPerRequest > kept.cpuMsPerRequest, JSON.stringify({ kept, each }));
  });

  test('an abort, and a server that is gone, end it without a figure', async (t) => {
    const server = await serverFor(t);
    assert.equal(await probeCeiling(server, DEFAULTS, AbortSignal.abort()), null);
    await server.stop();
    assert.equal(await probeCeiling(server, DEFAULTS, never()), null);
  });
});
