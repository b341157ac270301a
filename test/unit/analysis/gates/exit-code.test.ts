import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkFailed,
  exitCodeOf,
  NOTHING_CONCLUDED,
  workFailed,
} from '../../../../src/analysis/gates/exit-code.ts';
import type { ComparisonRecord, RunRecord } from '../../../../src/core/documents/run-record.ts';
import { EXIT } from '../../../../src/core/errors.ts';
import { block, outcomes, record, variant } from '../../../fixtures/runs/records.ts';

const everything = { gateHeld: true, regressed: true, undecided: true };

function checked(verdict: ComparisonRecord['verdict']): RunRecord {
  const comparison: ComparisonRecord = {
    a: 'sequential',
    b: 'sequential',
    rounds: 10,
    ratio: null,
    bootstrap: null,
    test: null,
    minimumDetectableEffect: null,
    verdict,
    reason: null,
    fewestRounds: 6,
  };
  return record({ check: { arm: variant('sequential'), comparison } });
}

const failing = record({
  variants: [variant('event-loop', { blocks: [block({ outcomes: outcomes({ ok: 39, timeout: 1 }) })] })],
});

describe('what counts as failed work', () => {
  test('a job, a lost block, a lost variant, a response that differs', () => {
    assert.equal(workFailed(record()), false);
    assert.equal(workFailed(failing), true);
    const lost = variant('event-loop', { blocks: [block({ wallMs: null, lost: 'killed' })] });
    assert.equal(workFailed(record({ variants: [lost] })), true);
    assert.equal(workFailed(record({ variants: [variant('event-loop', { state: 'lost' })] })), true);
    const { equivalence } = record();
    assert.equal(workFailed(record({ equivalence: { ...equivalence, mismatches: 1 } })), true);
  });
});

describe('the A/A arm', () => {
  test('failed if equals differ, not if nothing could be said', () => {
    assert.equal(checkFailed(record()), false);
    for (const verdict of ['faster', 'slower'] as const) assert.equal(checkFailed(checked(verdict)), true);
    for (const verdict of ['no-difference', 'undecided'] as const) {
      assert.equal(checkFailed(checked(verdict)), false);
    }
  });
});

describe('which exit code wins', () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ['failed jobs before all else', exitCodeOf(failing, everything), EXIT.jobsFailed],
    ['an A/A arm that differs before any claim', exitCodeOf(checked('slower'), everything), EXIT.undecided],
    [
      'that of the run compared with, too',
      exitCodeOf(record(), everything, checked('faster')),
      EXIT.undecided,
    ],
    ['but its failed jobs are not this run’s', exitCodeOf(record(), NOTHING_CONCLUDED, failing), EXIT.ok],
    ['a gate before a regression', exitCodeOf(record(), everything), EXIT.gateHeld],
    [
      'a regression before what is undecided',
      exitCodeOf(record(), { ...everything, gateHeld: false }),
      EXIT.regression,
    ],
    ['undecided', exitCodeOf(record(), { ...NOTHING_CONCLUDED, undecided: true }), EXIT.undecided],
    ['nothing of all that', exitCodeOf(record(), NOTHING_CONCLUDED), EXIT.ok],
  ];
  for (const [name, actual, expected] of cases) test(name, () => assert.equal(actual, expected));
});
