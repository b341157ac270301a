import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ARRIVALS } from '../../../src/core/options.ts';
import { createRandom } from '../../../src/core/statistics/random.ts';
import { fillArrivals } from '../../../src/workload/arrivals.ts';

const rates = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const of = (turns: number, rate: number, arrivals: 'uniform' | 'poisson', seed = 1, round = 1) =>
  fillArrivals(new Float64Array(turns), { rate, arrivals }, seed, round);

test('uniform: turn i at i/R, in ns, whatever the seed and the round', () => {
  assert.deepEqual([...of(4, 250, 'uniform')], [0, 4e6, 8e6, 12e6]);
  assert.deepEqual(of(50, 3, 'uniform', 7, 2), of(50, 3, 'uniform', 1, 1));
  // The millionth is where it should be: nothing has added up.
  assert.equal(of(1_000_001, 3, 'uniform')[1_000_000], 1_000_000 * (1e9 / 3));
});

test('poisson: sums of −ln(1 − u)/R', () => {
  const offsets = of(3, 1_000, 'poisson', 0, 0);
  // The same generator, from the seed that this round has.
  const random = createRandom(((0 ^ 0x5bf03635) + Math.imul(1, 0x9e3779b9)) >>> 0);
  let at = 0;
  for (const offset of offsets) {
    at += -Math.log(1 - random()) * 1e6;
    assert.ok(Math.abs(offset - at) < 1e-3, `${offset} ${at}`);
  }
});

test('offsets begin at or after 0, never decrease, are finite, and the same for the same seed and round', () => {
  fc.assert(
    fc.property(
      fc.nat(300),
      rates,
      fc.constantFrom(...ARRIVALS),
      fc.nat(),
      fc.nat(100),
      (turns, rate, arrivals, seed, round) => {
        const offsets = of(turns, rate, arrivals, seed, round);
        for (let i = 0; i < turns; i++) {
          assert.ok(Number.isFinite(offsets[i]) && offsets[i]! >= (offsets[i - 1] ?? 0));
        }
        assert.deepEqual(of(turns, rate, arrivals, seed, round), offsets);
      },
    ),
  );
});

test('poisson: every round has another schedule, with the rate and the spread that belong to it', () => {
  const turns = 20_000;
  const rounds = [1, 2, 3].map((round) => of(turns, 200, 'poisson', 5, round));
  assert.notDeepEqual(rounds[0], rounds[1]);
  for (const offsets of rounds) {
    const gaps = [...offsets].map((at, i) => (at - (offsets[i - 1] ?? 0)) / 1e6);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / turns;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / turns);
    // 5 ms, and as much again of spread; of 20,000 the standard errors are 0.7% and 1%.
    assert.ok(Math.abs(mean - 5) < 0.2 && Math.abs(deviation - 5) < 0.3, `${mean} ± ${deviation}`);
    // Without memory: after 5 ms without a job, the next is as far off as ever. e^−1 and e^−2 are longer.
    for (const times of [1, 2]) {
      const longer = gaps.filter((gap) => gap > 5 * times).length / turns;
      assert.ok(Math.abs(longer - Math.exp(-times)) < 0.015, `${longer}`);
    }
  }
});
