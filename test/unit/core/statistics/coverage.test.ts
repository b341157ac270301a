import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { medianInterval } from '../../../../src/core/statistics/median-interval.ts';
import { sortNumbers } from '../../../../src/core/statistics/quantile.ts';
import { createRandom } from '../../../../src/core/statistics/random.ts';
import {
  claimsAnything,
  compare,
  firstPair,
  type Noise,
  type Simulation,
  takeLoneRoundsUntilPrecise,
  takeRounds,
  takeRoundsUntilPrecise,
  truth,
} from './simulated-runs.ts';

/**
 * A small, seeded version of test/benchmarks/coverage.ts, which has the figures for all rounds and ratios.
 */
const RUNS = 400;
const simulated = (noise: Noise, ratio: number, scale = 1): Simulation => ({
  noise,
  walls: [100, 100 / ratio, 100, 100],
  random: createRandom(17),
  scale,
});

function percentOf(runs: number, held: () => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) if (held()) count++;
  return (100 * count) / runs;
}

// Four hundred runs at 95% have a standard error of 1.1 points; the seed makes it the same every time.
const within = (percent: number) => assert.ok(percent >= 92.5 && percent <= 97.5, `${percent}%`);

describe('the 95% interval holds the true ratio', () => {
  for (const noise of ['normal', 'skewed', 'drifting'] as const) {
    test(`${noise} noise, ratios 1, 1.01, 1.05 and 1.3, 6 to 40 rounds`, () => {
      for (const [ratio, rounds] of [
        [1, 6],
        [1.01, 7],
        [1.05, 15],
        [1.3, 40],
      ] as const) {
        const given = simulated(noise, ratio);
        within(
          percentOf(RUNS, () => {
            const { low, high } = medianInterval(sortNumbers(firstPair(takeRounds(given, rounds))))!;
            return low <= truth(given) && truth(given) <= high;
          }),
        );
      }
    });
  }

  test('when rounds are added until it is narrow, too', () => {
    const given = simulated('normal', 1.05);
    within(
      percentOf(RUNS, () => {
        const { variants, level } = takeRoundsUntilPrecise(given, 0.02, 40);
        const { low, high } = medianInterval(sortNumbers(firstPair(variants)), level)!;
        return low <= truth(given) && truth(given) <= high;
      }),
    );
  });
});

test('of one variant alone the intervals of wall and CPU hold the truth, too', () => {
  const given = simulated('normal', 1, 1.5);
  const runs = Array.from({ length: RUNS }, () => takeLoneRoundsUntilPrecise(given, 0.02, 40));
  for (const figure of ['walls', 'cpu'] as const) {
    const held = runs.filter((run) => {
      const { low, high } = medianInterval(sortNumbers(run[figure]), run.level)!;
      return low <= 0 && 0 <= high;
    });
    within((100 * held.length) / RUNS);
  }
});

describe('four variants without a difference', () => {
  for (const noise of ['normal', 'skewed', 'drifting'] as const) {
    test(`${noise} noise: at most 5% of runs claim one`, () => {
      const given = simulated(noise, 1);
      const alarms = percentOf(RUNS, () => claimsAnything(compare(takeRounds(given, 10))));
      assert.ok(alarms <= 5, `${alarms}%`);
    });
  }

  test('nor when rounds are added until the intervals are narrow', () => {
    const given = simulated('normal', 1, 0.6);
    const alarms = percentOf(RUNS, () => {
      const { variants, level } = takeRoundsUntilPrecise(given, 0.02, 17);
      return claimsAnything(compare(variants, level));
    });
    assert.ok(alarms <= 6, `${alarms}%`);
  });
});

test('a difference of 30% is found, and the right way round', () => {
  const given = simulated('skewed', 1.3);
  assert.equal(
    percentOf(100, () => compare(takeRounds(given, 8))[0]?.verdict === 'faster'),
    100,
  );
});
