/**
 * Whether the statistics keep their word: over simulated runs whose true ratio is known, how often the 95%
 * interval holds it, and how often four variants without any difference are said to differ.
 *
 *   node --import tsx test/benchmarks/coverage.ts [--experiments 1000] [--bootstrap]
 *
 * With 1,000 experiments a share near 95% has a standard error of 0.7 points. --bootstrap adds the BCa interval
 * of the same median (2,000 resamples each, a minute more).
 */
import { parseArgs } from 'node:util';
import { bcaInterval } from '../../src/statistics/bca-interval.ts';
import { medianInterval } from '../../src/statistics/median-interval.ts';
import { minimumDetectableEffect } from '../../src/statistics/minimum-detectable-effect.ts';
import { sortNumbers } from '../../src/statistics/quantile.ts';
import { createRandom } from '../../src/statistics/random.ts';
import {
  claimsAnything,
  compare,
  firstPair,
  NOISES,
  type Noise,
  type Simulation,
  takeRounds,
  takeRoundsUntilPrecise,
  truth,
} from '../unit/statistics/simulated-runs.ts';

const { values } = parseArgs({
  options: {
    experiments: { type: 'string', default: '1000' },
    bootstrap: { type: 'boolean', default: false },
  },
});
const experiments = Number(values.experiments);

const RATIOS = [1, 1.01, 1.05, 1.3];
const ROUNDS = [6, 7, 8, 10, 15, 20, 40];
/** `unequal` is left out where nothing may differ: its variants do, in the median of their log-ratios. */
const EQUAL = NOISES.filter((noise) => noise !== 'unequal');
const CLAIM_ROUNDS = [8, 10, 15, 20, 40];
const MOST = 60;
const random = createRandom(20_260_101);

/** Four variants, of which only the second may differ. */
function simulation(noise: Noise, ratio: number, scale = 1): Simulation {
  return { noise, walls: [100, 100 / ratio, 100, 100], random, scale };
}

function share(experiment: () => boolean): string {
  let held = 0;
  for (let count = 0; count < experiments; count++) if (experiment()) held++;
  return `${((100 * held) / experiments).toFixed(1)}%`;
}

function holds(interval: { readonly low: number; readonly high: number } | null, value: number): boolean {
  return interval !== null && interval.low <= value && value <= interval.high;
}

function print(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, index) => String(cell).padEnd(index === 0 ? 28 : 9)).join(''));
}

console.log(`Share of ${experiments} runs whose 95% interval holds the true ratio (wanted: 93 to 97%)`);
print('noise, ratio \\ rounds', ...ROUNDS);
for (const noise of NOISES) {
  for (const ratio of RATIOS) {
    const given = simulation(noise, ratio);
    const true_ = truth(given);
    const cells = ROUNDS.map((rounds) =>
      share(() => holds(medianInterval(sortNumbers(firstPair(takeRounds(given, rounds)))), true_)),
    );
    print(`${noise}, ${ratio}`, ...cells);
  }
}

if (values.bootstrap) {
  console.log('\nThe same of a BCa bootstrap interval of the median, no difference');
  print('noise \\ rounds', ...ROUNDS);
  for (const noise of NOISES) {
    const given = simulation(noise, 1);
    const true_ = truth(given);
    const bca = (values: readonly number[]) => bcaInterval(values, { random, resamples: 2000 });
    print(
      noise,
      ...ROUNDS.map((rounds) => share(() => holds(bca(firstPair(takeRounds(given, rounds))), true_))),
    );
  }
}

console.log(
  '\nShare of runs of four variants without a difference in which any pair is said to differ (≤ 5%)',
);
print('noise \\ rounds', ...CLAIM_ROUNDS);
for (const noise of EQUAL) {
  const given = simulation(noise, 1);
  print(
    noise,
    ...CLAIM_ROUNDS.map((rounds) => share(() => claimsAnything(compare(takeRounds(given, rounds))))),
  );
}

console.log(
  `\n--rounds auto, ±2%, at most ${MOST} rounds: intervals that hold the ratio, false alarms, mean rounds`,
);
const SCALES = [0.5, 1, 1.5, 2.5];
print('noise, ratio \\ noise times', ...SCALES.map((scale) => String(scale).padEnd(20)));
for (const noise of EQUAL) {
  for (const ratio of [1, 1.05]) {
    const cells = SCALES.map((scale) => {
      const given = simulation(noise, ratio, scale);
      const true_ = truth(given);
      let rounds = 0;
      let alarms = 0;
      const coverage = share(() => {
        const run = takeRoundsUntilPrecise(given, 0.02, MOST);
        rounds += run.rounds;
        const pairs = ratio === 1 ? compare(run.variants, run.level) : [];
        if (claimsAnything(pairs)) alarms++;
        return holds(medianInterval(sortNumbers(firstPair(run.variants)), run.level), true_);
      });
      const alarm = ratio === 1 ? `${((100 * alarms) / experiments).toFixed(1)}%` : '–';
      return `${coverage} ${alarm} ${(rounds / experiments).toFixed(0)}`.padEnd(20);
    });
    print(`${noise}, ${ratio}`, ...cells);
  }
}

console.log(
  '\nShare of runs that claim a difference as large as the median minimum detectable effect (about 80%)',
);
print('noise \\ rounds', ...CLAIM_ROUNDS);
for (const noise of EQUAL) {
  const cells = CLAIM_ROUNDS.map((rounds) => {
    const effects = Array.from({ length: 200 }, () => detectable(simulation(noise, 1), rounds));
    const ratio = 1 + sortNumbers(effects)[100]! / 100;
    return share(() => {
      const pair = compare(takeRounds(simulation(noise, ratio), rounds))[0];
      return pair?.verdict === 'faster';
    });
  });
  print(noise, ...cells);
}

function detectable(given: Simulation, rounds: number): number {
  return minimumDetectableEffect(firstPair(takeRounds(given, rounds)), { comparisons: 6 })!;
}
