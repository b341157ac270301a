import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparisonRecord } from '../../../../src/core/documents/run-record.ts';
import { variant } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

const arm = variant('sequential');
const comparison = (over: Partial<ComparisonRecord>): ComparisonRecord => ({
  a: 'sequential',
  b: 'sequential',
  rounds: 10,
  // The wall of the baseline divided by that of its double: the double took 1/1.25 = 0.8 of the time.
  ratio: { estimate: 1.25, low: 1, high: 2, method: 'hettmansperger-sheather', level: 0.95 },
  test: null,
  minimumDetectableEffect: 2.1,
  verdict: 'no-difference',
  reason: null,
  minRounds: 6,
  ...over,
});

test('equals that come out equal, and a run without the arm', () => {
  assert.deepEqual(codesOf({ aa: { arm, comparison: comparison({}) } }), []);
  assert.deepEqual(codesOf({ aa: null }), []);
});

test('equals that come out different, either way: by how much', () => {
  for (const verdict of ['faster', 'slower'] as const) {
    const [warning, ...more] = warned({ aa: { arm, comparison: comparison({ verdict }) } });
    assert.deepEqual(more, []);
    assert.equal(warning?.code, 'aa-failed');
    assertNames(warning.message, 'sequential', '−20% (95% CI −50% to +0.0%)');
  }
});

test('too few rounds to tell, an interval and a test that disagree, and too much noise', () => {
  const few = comparison({ verdict: 'inconclusive', reason: 'too-few-rounds', rounds: 3 });
  const [warning] = warned({ aa: { arm, comparison: few } });
  assert.equal(warning?.code, 'aa-inconclusive');
  assertNames(warning.message, '3 rounds', /\b6\b/);
  const disagree = comparison({ verdict: 'inconclusive', reason: 'interval-and-test-disagree' });
  const [other] = warned({ aa: { arm, comparison: disagree } });
  assert.equal(other?.code, 'aa-inconclusive');
  assertNames(other.message, 'disagree', '2.1%');
  const noisy = comparison({ verdict: 'inconclusive', reason: 'too-noisy', minimumDetectableEffect: 112 });
  const [third] = warned({ aa: { arm, comparison: noisy } });
  assert.equal(third?.code, 'aa-inconclusive');
  assertNames(third.message, '112%');
  assert.deepEqual(codesOf({ aa: { arm, comparison: null } }), ['aa-inconclusive']);
});
