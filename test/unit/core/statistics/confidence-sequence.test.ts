import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  anytimePValue,
  confidenceSequence,
  minRoundsForSequence,
} from '../../../../src/core/statistics/confidence-sequence.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { NOISES, simulateRounds } from './simulated-runs.ts';

const STAKES = [0.1, 0.2, 0.35, 0.5, 0.7, 0.95];
const unanimous = (rounds: number) =>
  STAKES.reduce((sum, stake) => sum + (1 + stake) ** rounds, 0) / STAKES.length;

test('by hand: rounds that all lie on one side win every bet, so the p-value is 2 ÷ the wealth of all stakes', () => {
  // Equal values have no scatter: each scores ±1.
  const values = [0.1, 0.1, 0.1, 0.1, 0.1];
  const below = STAKES.reduce((sum, stake) => sum + (1 - stake) ** 5, 0) / STAKES.length;
  assert.ok(Math.abs(anytimePValue(values) - 2 / (unanimous(5) + below)) < 1e-12);
});

test('the fewest rounds of an interval are those whose unanimous wealth reaches 2 ÷ (1 − level)', () => {
  for (const level of [0.9, 0.95, 0.99]) {
    const rounds = minRoundsForSequence(level);
    assert.ok(unanimous(rounds) >= 2 / (1 - level) && unanimous(rounds - 1) < 2 / (1 - level));
    const values = Array.from({ length: rounds }, (_, index) => index);
    assert.equal(confidenceSequence(values, level)?.method, 'sequence');
    assert.equal(confidenceSequence(values.slice(1), level)?.method, 'range');
  }
  assert.equal(confidenceSequence([]), null);
});

test('equal values: the interval is that value', () => {
  const { estimate, low, high } = confidenceSequence(new Array<number>(20).fill(0.25))!;
  assert.equal(estimate, 0.25);
  assert.ok(Math.abs(low - 0.25) < 1e-9 && Math.abs(high - 0.25) < 1e-9, `${low} to ${high}`);
});

const values = fc.array(
  fc.integer({ min: -40, max: 40 }).map((each) => each / 64),
  { minLength: 1, maxLength: 14 },
);

test('negated values give the negated interval, and the same p-value', () => {
  fc.assert(
    fc.property(values, (list) => {
      const [one, other] = [list, list.map((value) => -value)].map((each) => confidenceSequence(each)!) as [
        NonNullable<ReturnType<typeof confidenceSequence>>,
        NonNullable<ReturnType<typeof confidenceSequence>>,
      ];
      for (const [a, b] of [
        [one.estimate, other.estimate],
        [one.low, other.high],
        [one.high, other.low],
      ] as const) {
        assert.ok(Math.abs(a + b) < 1e-6, `${a} and ${b}`);
      }
      assert.equal(anytimePValue(list), anytimePValue(list.map((value) => -value)));
    }),
  );
});

test('an interval holds its estimate, is within that of a higher level, and moves with the values', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: -64, max: 64 }), (list, steps) => {
      const shift = steps / 64;
      const plain = confidenceSequence(list)!;
      const strict = confidenceSequence(list, 0.99)!;
      const moved = confidenceSequence(list.map((value) => value + shift))!;
      assert.ok(plain.low <= plain.estimate && plain.estimate <= plain.high);
      if (strict.method === 'sequence') {
        assert.ok(strict.low <= plain.low + 1e-9 && strict.high >= plain.high - 1e-9);
      }
      assert.ok(Math.abs(moved.low - plain.low - shift) < 1e-6);
      assert.ok(Math.abs(moved.high - plain.high - shift) < 1e-6);
    }),
  );
});

/** ln of the ratio of two variants, `ratio` of them true, round by round. */
function rounds(noise: (typeof NOISES)[number], ratio: number, count: number, seed: number): number[] {
  const next = simulateRounds({ noise, walls: [100, 100 * ratio], random: createRandom(seed) });
  return Array.from({ length: count }, () => {
    const [one = 1, other = 1] = next();
    return Math.log(other / one);
  });
}

for (const noise of NOISES.filter((each) => each !== 'unequal')) {
  test(`${noise} noise: looked at after every round, the interval misses the truth in at most 5% of runs`, () => {
    const truth = Math.log(1.05);
    let missed = 0;
    for (let run = 0; run < 200; run++) {
      const atTruth = rounds(noise, 1.05, 60, run).map((value) => value - truth);
      // An interval of any look that leaves out the truth has a bettor against it who makes this p-value at most 5%.
      if (anytimePValue(atTruth) <= 0.05) missed++;
    }
    assert.ok(missed <= 10, `${missed} of 200`);
  });
}

test('where the p-value of 0 is above 5%, no interval of any look leaves 0 out', () => {
  fc.assert(
    fc.property(values, (list) => {
      fc.pre(anytimePValue(list) > 0.05);
      for (let looked = 1; looked <= list.length; looked++) {
        const { low, high, method } = confidenceSequence(list.slice(0, looked))!;
        if (method === 'sequence') assert.ok(low <= 1e-9 && high >= -1e-9, `${low} to ${high}`);
      }
    }),
  );
});

test('the anytime p-value of equal versions is at most 5% in at most 5% of runs, and never rises with rounds', () => {
  let claimed = 0;
  for (let run = 0; run < 200; run++) {
    const all = rounds('normal', 1, 40, 1_000 + run);
    const p = anytimePValue(all);
    assert.ok(p <= anytimePValue(all.slice(0, 20)));
    if (p <= 0.05) claimed++;
  }
  assert.ok(claimed <= 10, `${claimed} of 200`);
});
