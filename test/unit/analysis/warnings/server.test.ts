import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

describe('server-saturated', () => {
  const busy = (eventLoopUtilization: number) =>
    trial({ server: { requests: 40, cpuMs: 1, eventLoopUtilization } });

  test('busy for more than nine tenths of the median trial', () => {
    const codes = (...shares: number[]) =>
      codesOf({ variants: [variant('event-loop', { trials: shares.map(busy) })] });
    assert.deepEqual(codes(0.95, 0.2, 0.97), ['server-saturated']);
    assert.deepEqual(codes(0.95, 0.2, 0.9), []);
  });

  const ceiling = { requestsPerSecond: 10_000, cpuMsPerRequest: 0.1, eventLoopUtilization: 0.6 };
  const server = (over: Partial<RunRecord['server']> = {}): RunRecord['server'] => ({
    kind: 'embedded',
    url: 'http://127.0.0.1:1',
    ceiling,
    drift: null,
    ...over,
  });
  /** So many requests in 100 ms. */
  const answering = (requests: number) =>
    variant('event-loop', { trials: [trial({ server: { requests, cpuMs: 1, eventLoopUtilization: 0.5 } })] });

  test('more than 85% of what it can answer at most', () => {
    const [warning] = warned({ server: server(), variants: [answering(860)] });
    assert.equal(warning?.code, 'server-saturated');
    assertNames(warning.message, '8,600 requests/s', '10,000');
    assert.deepEqual(codesOf({ server: server(), variants: [answering(850)] }), []);
    assert.deepEqual(codesOf({ server: server({ ceiling: null }), variants: [answering(860)] }), []);
  });

  test('both at once, and two variants, are one warning', () => {
    const saturated = variant('worker-pool', { trials: [busy(0.954)] });
    const both = warned({ server: server(), variants: [answering(900), saturated] });
    assert.deepEqual(
      both.map(({ code, variant }) => [code, variant]),
      [['server-saturated', null]],
    );
    assertNames(both[0]!.message, /9,000 .* \(event-loop\)/, /95% .* \(worker-pool\)/);
  });
});

describe('server-drifting', () => {
  const external = (percent: number, pValue: number): Partial<RunRecord> => ({
    server: { kind: 'external', url: 'http://h', ceiling: null, drift: { percent, pValue } },
  });

  test('by five per cent and more, if that is hardly chance', () => {
    const [warning] = warned(external(-12.3, 0.001));
    assert.equal(warning?.code, 'server-drifting');
    assertNames(warning.message, '−12%');
    assert.deepEqual(codesOf(external(5, 0.01)), ['server-drifting']);
    assert.deepEqual(codesOf(external(4.9, 0.0001)), []);
    assert.deepEqual(codesOf(external(30, 0.02)), []);
  });

  test('another advice for getting quicker than for getting slower', () => {
    assert.match(warned(external(-20, 0.001))[0]!.advice, /--warmup/);
    assert.doesNotMatch(warned(external(20, 0.001))[0]!.advice, /--warmup/);
  });
});
