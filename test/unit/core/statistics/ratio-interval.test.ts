import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { medianInterval } from '../../../../src/core/statistics/median-interval.ts';
import { sortNumbers } from '../../../../src/core/statistics/quantile.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import { ratioInterval } from '../../../../src/core/statistics/scalability-fit.ts';

const around = (estimate: number, factor: number) => ({
  estimate,
  low: estimate / factor,
  high: estimate * factor,
});

describe('ratio of two figures measured apart', () => {
  test('by hand: factors e³ and e⁴ either way make e⁵', () => {
    const { estimate, low, high } = ratioInterval(around(6, Math.exp(3)), around(2, Math.exp(4)));
    assert.ok(Math.abs(estimate - 3) < 1e-12);
    assert.ok(Math.abs(low / (3 * Math.exp(-5)) - 1) < 1e-12);
    assert.ok(Math.abs(high / (3 * Math.exp(5)) - 1) < 1e-12);
  });

  test('of a figure without spread the interval is the other one’s', () => {
    const { estimate, low, high } = ratioInterval({ estimate: 6, low: 5, high: 9 }, around(2, 1));
    assert.deepEqual(
      [estimate, low, high].map((each) => Number(each.toPrecision(12))),
      [3, 2.5, 4.5],
    );
  });

  test('the other way round it is the inverse', () => {
    const figure = fc
      .tuple(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        fc.double({ min: 1, max: 3, noNaN: true }),
      )
      .map(([estimate, down, up]) => ({ estimate, low: estimate / down, high: estimate * up }));
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        const one = ratioInterval(a, b);
        const other = ratioInterval(b, a);
        assert.ok(Math.abs(one.estimate * other.estimate - 1) < 1e-9);
        assert.ok(Math.abs(one.low * other.high - 1) < 1e-9);
        assert.ok(one.low <= one.estimate && one.estimate <= one.high);
      }),
    );
  });

  test('holds the truth in 93 to 97% of pairs of skewed samples', () => {
    const random = createRandom(3);
    const skewed = (times: number) => times * Math.exp(0.1 * -Math.log(1 - random()));
    // The median of exp(0.1 · Exp(1)) is the same for both, so the true ratio is 2.
    const sample = (times: number) => {
      const { estimate, low, high } = medianInterval(
        sortNumbers(Array.from({ length: 9 }, () => skewed(times))),
      )!;
      return { estimate, low, high };
    };
    let held = 0;
    for (let trial = 0; trial < 2_000; trial++) {
      const { low, high } = ratioInterval(sample(2), sample(1));
      if (low <= 2 && 2 <= high) held++;
    }
    assert.ok(held >= 1_860 && held <= 1_960, String(held));
  });

  test('what is not positive, or no interval, is refused', () => {
    assert.throws(() => ratioInterval({ estimate: 1, low: 0, high: 2 }, around(1, 1)), RangeError);
    assert.throws(() => ratioInterval(around(1, 1), { estimate: 1, low: 2, high: 3 }), RangeError);
  });
});
