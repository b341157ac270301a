import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrialRecord } from '../../../../src/core/documents/run-record.ts';
import type { VariantName } from '../../../../src/core/variants.ts';
import { outcomes, trial, variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

const LATENCY = { p50: 1, p90: 1, p99: null, p999: null };

/** 200 a second were due; of so many jobs none was sent. */
function open(achievedPerSecond: number, lateMs: number, unsent = 0): TrialRecord {
  return trial({
    outcomes: outcomes({ ok: 2_000 - unsent, 'not-started': unsent }),
    open: {
      responseMs: { ...LATENCY, max: 1 },
      meanResponseMs: 1,
      latenessMs: { ...LATENCY, max: lateMs },
      offeredPerSecond: 200,
      achievedPerSecond,
      unsent,
    },
  });
}

const of = (name: VariantName, ...trials: TrialRecord[]) => variant(name, { trials });
const codes = (...trials: TrialRecord[]) => codesOf({ variants: [of('event-loop', ...trials)] });

test('under 95% of the rate in the median trial, and late', () => {
  assert.deepEqual(codes(open(180, 500), open(199, 1), open(150, 900)), ['rate-not-held']);
  assert.deepEqual(codes(open(191, 500)), [], 'late, and caught up');
  assert.deepEqual(codes(open(180, 9)), [], 'a short plan, right to a few milliseconds');
});

test('jobs that were never sent, in any trial', () => {
  assert.deepEqual(codes(open(200, 1), open(200, 1), open(200, 1, 2)), ['rate-not-held']);
});

test('by how much, of each variant', () => {
  const slow = of('sequential', open(26.42, 6_000, 1_500));
  const [alone] = warned({ variants: [slow] });
  assert.equal(alone?.variant, 'sequential');
  assertNames(alone.message, '26.4 of 200 jobs/s', '1,500 jobs');
  const both = warned({ variants: [slow, of('event-loop', open(100, 6_000))] });
  // Three digits would be 2,300 of 2,420.
  const fast = trial({
    open: { ...open(2_296, 6_000).open!, offeredPerSecond: 2_418 },
  });
  assertNames(warned({ variants: [of('event-loop', fast)] })[0]!.message, '2,296 of 2,418 jobs/s');
  assertNames(both.at(-1)!.message, /1,500 .*\(sequential\), 100 of 200 jobs\/s \(event-loop\)$/);
});
