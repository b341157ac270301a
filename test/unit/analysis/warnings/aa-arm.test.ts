import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ComparisonRecord } from '../../../../src/core/documents/run-record.ts';
import { variant } from '../../../fixtures/runs/records.ts';
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
    assert.equal(
      warning?.message,
      'the A/A test failed: sequential differs from itself by −20% (95% CI −50% to +0.0%)',
    );
  }
});

test('too few rounds to tell, an interval and a test that disagree, and too much noise', () => {
  const few = comparison({ verdict: 'inconclusive', reason: 'too-few-rounds', rounds: 3 });
  const [warning] = warned({ aa: { arm, comparison: few } });
  assert.equal(warning?.code, 'aa-inconclusive');
  assert.match(warning.message, /: 3 rounds are too few, 6 are needed$/);
  const disagree = comparison({ verdict: 'inconclusive', reason: 'interval-and-test-disagree' });
  const [other] = warned({ aa: { arm, comparison: disagree } });
  assert.equal(other?.code, 'aa-inconclusive');
  assert.match(
    other.message,
    /: its interval and its test disagree; only a difference of 2\.1% would have been detected$/,
  );
  const noisy = comparison({ verdict: 'inconclusive', reason: 'too-noisy', minimumDetectableEffect: 112 });
  const [third] = warned({ aa: { arm, comparison: noisy } });
  assert.equal(third?.code, 'aa-inconclusive');
  assert.match(
    third.message,
    /: its rounds differ too much; only a difference of 112% would have been detected$/,
  );
  assert.deepEqual(codesOf({ aa: { arm, comparison: null } }), ['aa-inconclusive']);
});
