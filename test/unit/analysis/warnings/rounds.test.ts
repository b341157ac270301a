import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ComparisonRecord, RunRecord } from '../../../../src/core/documents/run-record.ts';
import { record } from '../../../fixtures/runs/records.ts';
import { assertNames } from '../../../support/assert-names.ts';
import { codesOf, warned } from '../../../support/warned.ts';

function comparison(over: Partial<ComparisonRecord> = {}): ComparisonRecord {
  return {
    a: 'sequential',
    b: 'event-loop',
    rounds: 12,
    ratio: null,
    test: null,
    minimumDetectableEffect: 3,
    verdict: 'no-difference',
    reason: null,
    minRounds: 8,
    ...over,
  };
}

const tooFew = (rounds: number) => comparison({ rounds, verdict: 'inconclusive', reason: 'too-few-rounds' });
const ended = (completed: number, endedBy: RunRecord['rounds']['endedBy']): Partial<RunRecord> => ({
  rounds: { completed, endedBy, looks: 0, halfWidth: null },
});

describe('too-few-rounds: no claim was possible', () => {
  test('for a given number of rounds: how many it takes', () => {
    const [warning, ...more] = warned({ ...ended(3, 'rounds'), comparisons: [tooFew(3), tooFew(3)] });
    assert.deepEqual(more, []);
    assert.equal(warning?.code, 'too-few-rounds');
    assertNames(warning.message, '3 rounds', 'any variants', 'at least 8');
    assertNames(warning.advice, '--rounds 8');
  });

  test('for a run whose time was up: how much of that it takes', () => {
    const { spec } = record();
    const [warning] = warned({
      ...ended(4, 'max-time'),
      spec: { ...spec, rounds: null, maxTimeMs: 20_000, minRounds: 1 },
      comparisons: [tooFew(4), comparison()],
    });
    assertNames(warning!.message, '4 rounds', '1 of the variants', 'at least 8');
    // 20 s for four rounds, a tenth more than twice that for eight.
    assertNames(warning!.advice, '--max-time 44s');
  });

  test('for a run below its least rounds, which took five times its time: how much of that it takes', () => {
    const { spec } = record();
    const [warning] = warned({
      ...ended(4, 'max-time'),
      spec: { ...spec, rounds: null, maxTimeMs: 20_000, minRounds: 8 },
      comparisons: [tooFew(4), comparison()],
    });
    // 100 s for four rounds, a tenth more than twice that for eight.
    assertNames(warning!.advice, '--max-time 220s');
  });

  test('pairs that lost all their rounds to failures are counted among those compared', () => {
    const { spec } = record();
    const lost = { ...tooFew(0), minRounds: 6 };
    const [warning] = warned({
      ...ended(2, 'rounds'),
      spec: { ...spec, variants: ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'] },
      comparisons: [lost, { ...tooFew(2), minRounds: 6 }],
    });
    assertNames(warning!.message, 'at least 8');
  });

  test('enough rounds, of which some were lost to failures: told elsewhere', () => {
    assert.deepEqual(codesOf({ ...ended(10, 'rounds'), comparisons: [tooFew(3)] }), []);
  });

  test('inconclusive for another reason', () => {
    const disagree = comparison({ verdict: 'inconclusive', reason: 'interval-and-test-disagree' });
    assert.deepEqual(codesOf({ comparisons: [disagree] }), []);
  });
});

describe('too-few-rounds: a difference would not have shown', () => {
  const noisy = (over: Partial<ComparisonRecord>) =>
    comparison({ verdict: 'inconclusive', reason: 'too-noisy', ...over });

  test('the coarsest pair is named, and how many rounds would do', () => {
    const pairs = [
      noisy({ minimumDetectableEffect: 11 }),
      noisy({ b: 'worker-pool', minimumDetectableEffect: 15 }),
    ];
    const [warning, ...more] = warned({ comparisons: pairs });
    assert.deepEqual(more, []);
    assertNames(warning!.message, 'sequential and worker-pool', '1 other pair', '12 rounds', '15%');
    // A third of the effect takes nine times the rounds.
    assertNames(warning!.advice, '108 rounds', '5%');
  });

  test('no advice of thousands of rounds', () => {
    const [warning] = warned({ comparisons: [noisy({ minimumDetectableEffect: 50 })] });
    assert.doesNotMatch(warning!.advice, /\d+ rounds/);
  });

  test('not for ten per cent and less, and not where a difference was found', () => {
    assert.deepEqual(codesOf({ comparisons: [comparison({ minimumDetectableEffect: 10 })] }), []);
    assert.deepEqual(
      codesOf({ comparisons: [comparison({ minimumDetectableEffect: 90, verdict: 'faster' })] }),
      [],
    );
    assert.deepEqual(codesOf({ comparisons: [comparison({ minimumDetectableEffect: null })] }), []);
  });
});
