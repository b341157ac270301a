import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareSamples, type Samples } from '../../../../src/core/statistics/compare-samples.ts';
import { detectableShift } from '../../../../src/core/statistics/detectable-shift.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { simulateRounds } from './simulated-runs.ts';

/** Steps of 1‰: of logarithms, as of walls that are 0.1% apart. */
const range = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => (from + index) / 1_000);
const verdictOf = (samples: Samples) => {
  const { verdict, reason } = compareSamples([samples])[0]!;
  return [verdict, reason];
};

describe('verdict', () => {
  test('up and down for a complete separation of five and five', () => {
    assert.deepEqual(verdictOf({ before: range(5), after: range(5, 10) }), ['up', null]);
    assert.deepEqual(verdictOf({ before: range(5, 10), after: range(5) }), ['down', null]);
  });

  test('no difference for the same values', () => {
    assert.deepEqual(verdictOf({ before: range(6), after: range(6) }), ['no-difference', null]);
  });

  test('no difference is said only where one of 10% would have been detected', () => {
    const noisy = range(8).map((value) => 40 * value);
    assert.deepEqual(verdictOf({ before: noisy, after: noisy }), ['inconclusive', 'too-noisy']);
  });

  test('too few: three and three have p ≥ 2/20, whatever the values', () => {
    assert.deepEqual(verdictOf({ before: range(3), after: range(3, 100) }), [
      'inconclusive',
      'too-few-rounds',
    ]);
    assert.deepEqual(verdictOf({ before: [], after: range(9) }), ['inconclusive', 'too-few-rounds']);
  });

  test('the correction is over those that were compared', () => {
    // 4 and 4 separate with p = 2/70 = 0.0286: enough for one, not for two.
    const separated = { before: range(4), after: range(4, 10) };
    const same = { before: range(6), after: range(6) };
    const empty = { before: [], after: range(6) };
    assert.equal(compareSamples([separated])[0]?.verdict, 'up');
    assert.equal(compareSamples([separated, empty])[0]?.verdict, 'up');
    assert.deepEqual(compareSamples([separated, same])[0]?.reason, 'too-few-rounds');
    assert.equal(compareSamples([separated, same])[0]?.test?.pHolm.toFixed(4), '0.0571');
  });

  test('an interval that the correction does not confirm is inconclusive', () => {
    // U = 2 of 25 has p = 8/252 = 0.0317 by itself, and 0.0635 as the least of two.
    const nearly = { before: [1, 2, 3, 4, 8], after: [6, 7, 9, 10, 11] };
    const same = { before: range(6), after: range(6) };
    assert.equal(compareSamples([nearly])[0]?.verdict, 'up');
    const [first] = compareSamples([nearly, same]);
    assert.deepEqual([first?.verdict, first?.reason], ['inconclusive', 'not-after-correction']);
  });
});

describe('an allowance', () => {
  const samples = { before: range(8), after: range(8, 20) };

  test('widens the interval to either side', () => {
    const plain = compareSamples([samples])[0]!.shift!;
    const { shift } = compareSamples([{ ...samples, allowance: { low: -0.001, high: 0.003 } }])[0]!;
    assert.deepEqual(
      [shift?.estimate, shift?.low, shift?.high],
      [plain.estimate, plain.low - 0.003, plain.high + 0.001],
    );
  });

  test('a claim must hold at its far end', () => {
    assert.deepEqual(verdictOf({ ...samples, allowance: { low: 0, high: 0.01 } }), ['up', null]);
    assert.deepEqual(verdictOf({ ...samples, allowance: { low: 0, high: 0.019 } }), ['no-difference', null]);
    const covered = compareSamples([{ ...samples, allowance: { low: 0, high: 0.04 } }])[0]!;
    assert.deepEqual([covered.verdict, covered.test?.pValue], ['no-difference', 1]);
  });

  test('is part of what goes unseen', () => {
    const logOf = (given: Samples) => Math.log1p(compareSamples([given])[0]!.minimumDetectableEffect! / 100);
    const widened = logOf({ ...samples, allowance: { low: -0.005, high: 0.002 } });
    assert.ok(Math.abs(widened - logOf(samples) - 0.005) < 1e-12);
  });
});

describe('the shift that would have been seen', () => {
  test('none where no separation is significant', () => {
    assert.equal(detectableShift(range(3), range(3), 0.05), null);
    assert.equal(detectableShift([1], range(30), 0.05), null);
    assert.equal(detectableShift(range(5), range(5), 0.05 / 40), null);
  });

  test('scales with the scatter, and shrinks with more values', () => {
    const few = detectableShift(range(8), range(8), 0.05)!;
    const double = (values: number[]) => values.map((value) => 2 * value);
    assert.ok(Math.abs(detectableShift(double(range(8)), double(range(8)), 0.05)! / few - 2) < 1e-9);
    const many = [...range(8), ...range(8), ...range(8)];
    assert.ok(detectableShift(many, many, 0.05)! < few);
  });
});

describe('over simulated runs (make coverage has more of them)', () => {
  const random = createRandom(23);
  const run = (noise: 'normal' | 'skewed', rounds: number): number[][] => {
    const next = simulateRounds({ noise, walls: [100, 100, 100, 100], random });
    const taken = Array.from({ length: rounds }, next);
    return [0, 1, 2, 3].map((variant) => taken.map((round) => Math.log(round[variant]!)));
  };

  for (const noise of ['normal', 'skewed'] as const) {
    test(`${noise} noise: the interval holds the truth, and equals are rarely said to differ`, () => {
      let held = 0;
      let alarms = 0;
      for (let count = 0; count < 300; count++) {
        const before = run(noise, 10);
        const after = run(noise, 8);
        const all = compareSamples(before.map((values, index) => ({ before: values, after: after[index]! })));
        if (all[0]!.shift!.low <= 0 && all[0]!.shift!.high >= 0) held++;
        if (all.some(({ verdict }) => verdict === 'up' || verdict === 'down')) alarms++;
      }
      assert.ok(held / 300 >= 0.93, `${held} of 300`);
      assert.ok(alarms / 300 <= 0.07, `${alarms} of 300`);
    });
  }
});
