import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  aaFailed,
  exitCodeOf,
  NOTHING_CONCLUDED,
  workFailed,
} from '../../../../src/analysis/gates/exit-code.ts';
import type { ComparisonRecord, RunRecord } from '../../../../src/core/documents/run-record.ts';
import { EXIT } from '../../../../src/core/errors.ts';
import { outcomes, record, trial, variant } from '../../../fixtures/runs/records.ts';

const everything = { gateFailed: true, regressed: true, inconclusive: true };

function checked(verdict: ComparisonRecord['verdict']): RunRecord {
  const comparison: ComparisonRecord = {
    a: 'sequential',
    b: 'sequential',
    rounds: 10,
    ratio: null,
    test: null,
    minimumDetectableEffect: null,
    verdict,
    reason: null,
    minRounds: 6,
  };
  return record({ aa: { arm: variant('sequential'), comparison } });
}

const failing = record({
  variants: [variant('event-loop', { trials: [trial({ outcomes: outcomes({ ok: 39, timeout: 1 }) })] })],
});

describe('what counts as failed work', () => {
  test('a job, a lost trial, a lost variant, a response that differs', () => {
    assert.equal(workFailed(record()), false);
    assert.equal(workFailed(failing), true);
    const lost = variant('event-loop', { trials: [trial({ wallMs: null, lost: 'killed' })] });
    assert.equal(workFailed(record({ variants: [lost] })), true);
    assert.equal(workFailed(record({ variants: [variant('event-loop', { state: 'lost' })] })), true);
    const { equivalence } = record();
    assert.equal(workFailed(record({ equivalence: { ...equivalence, mismatches: 1 } })), true);
  });
});

describe('the A/A arm', () => {
  test('failed if equals differ, not if nothing could be said', () => {
    assert.equal(aaFailed(record()), false);
    for (const verdict of ['faster', 'slower'] as const) assert.equal(aaFailed(checked(verdict)), true);
    for (const verdict of ['no-difference', 'inconclusive'] as const) {
      assert.equal(aaFailed(checked(verdict)), false);
    }
  });
});

describe('which exit code wins', () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ['failed jobs before all else', exitCodeOf(failing, everything), EXIT.jobsFailed],
    ['an A/A arm that differs before any claim', exitCodeOf(checked('slower'), everything), EXIT.aaFailed],
    [
      'that of the run compared with, too',
      exitCodeOf(record(), everything, checked('faster')),
      EXIT.aaFailed,
    ],
    ['but its failed jobs are not this run’s', exitCodeOf(record(), NOTHING_CONCLUDED, failing), EXIT.ok],
    ['a gate before a regression', exitCodeOf(record(), everything), EXIT.gateFailed],
    [
      'a regression before what is inconclusive',
      exitCodeOf(record(), { ...everything, gateFailed: false }),
      EXIT.regression,
    ],
    ['inconclusive', exitCodeOf(record(), { ...NOTHING_CONCLUDED, inconclusive: true }), EXIT.inconclusive],
    ['nothing of all that', exitCodeOf(record(), NOTHING_CONCLUDED), EXIT.ok],
  ];
  for (const [name, actual, expected] of cases) test(name, () => assert.equal(actual, expected));
});
