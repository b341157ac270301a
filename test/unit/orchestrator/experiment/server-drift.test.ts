import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRecord } from '../../../../src/core/documents/run-record.ts';
import { serverDrift } from '../../../../src/orchestrator/experiment/conclude.ts';
import { record, trial, variant } from '../../../fixtures/runs/records.ts';

const external: RunRecord['server'] = { kind: 'external', url: 'http://h', ceiling: null, drift: null };

/** Two variants, one of which always sees double the latency, in turn; `medians` in the order they ran. */
function run(medians: readonly (number | null)[], server = external): RunRecord {
  const trialsOf = (place: number) =>
    medians.flatMap((p50, at) =>
      at % 2 === place
        ? [
            trial({
              round: Math.floor(at / 2) + 1,
              order: place,
              latencyMs: {
                p50: p50 === null ? null : p50 * (place + 1),
                p90: null,
                p99: null,
                p999: null,
                max: null,
              },
            }),
          ]
        : [],
    );
  const variants = [
    variant('sequential', { trials: trialsOf(0) }),
    // Listed in another order than they ran.
    variant('event-loop', { trials: trialsOf(1).reverse() }),
  ];
  return record({ server, variants });
}

test('an external server that gets slower, by as much as it does, whichever variant asked', () => {
  const drift = serverDrift(run([10, 10.1, 10.2, 10.3, 10.4, 10.5, 10.6, 10.7]));
  assert.ok(drift !== null && drift.pValue < 0.05, JSON.stringify(drift));
  // Each is taken relative to its variant's median, 10.3 and 10.4 × 2, which takes one per cent of it away.
  assert.ok(Math.abs(drift.percent - 6) < 1.1, `${drift.percent}`);
});

test('one that stays as it is', () => {
  const drift = serverDrift(run([10, 10.4, 10.1, 10.3, 10.4, 10, 10.3, 10.1]));
  assert.ok(drift !== null && drift.pValue > 0.2, JSON.stringify(drift));
});

test('not of other servers, of too few trials, or of latencies of nothing', () => {
  const rising = [10, 10.1, 10.2, 10.3, 10.4, 10.5];
  assert.equal(serverDrift(run(rising, { ...external, kind: 'embedded' })), null);
  assert.equal(serverDrift(run(rising, { ...external, kind: 'none' })), null);
  assert.equal(serverDrift(run(rising.slice(0, 4))), null);
  assert.equal(serverDrift(run([0, null, 10.2, 10.3, 10.4, 10.5])), null);
});
