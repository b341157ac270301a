import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retriesText } from '../../../../src/analysis/verdict/retries.ts';
import { verdictOf } from '../../../../src/analysis/verdict/verdict.ts';
import { outcomes, record, variant } from '../../../fixtures/runs/records.ts';

const once = variant('event-loop');
const again = { ...variant('worker-pool'), name: 'event-loop+retry' as const };
const failing = once.trials.map((trial) => ({
  ...trial,
  outcomes: outcomes({ ok: 36, 'http-error': 4 }),
  allowedFailures: 4,
}));
const repeating = again.trials.map((trial) => ({ ...trial, retries: { sent: 10, wastedMs: 80 } }));

test('what retries cost and gain is said of event-loop+retry beside event-loop, and of no other run', () => {
  const run = record({
    variants: [
      { ...once, trials: failing },
      { ...again, trials: repeating },
    ],
  });
  const text = retriesText(run)!;
  // Of 40 jobs: 10 requests sent again, and 80 ms in those that failed before.
  for (const figure of [' 1.25 requests per job', ' 2.00 ms per job', ' 0% instead of 10.0%']) {
    assert.ok(text.includes(figure), `${figure} in ${text}`);
  }
  const { lines } = verdictOf(run);
  assert.deepEqual(
    lines.filter(({ topic }) => topic === 'retries'),
    [{ topic: 'retries', text }],
  );
  assert.equal(retriesText(record({ variants: [once] })), null);
});
