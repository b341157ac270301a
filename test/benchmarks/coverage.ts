/**
 * Whether the statistics keep their word: over simulated runs whose true ratio is known, how often the 95%
 * interval holds it, and how often four variants without any difference are said to differ.
 *
 *   node --import tsx test/benchmarks/coverage.ts [--experiments 1000] [--choices]
 *
 * With 1,000 experiments a share near 95% has a standard error of 0.7 points. --choices adds what was not
 * chosen, for comparison: the BCa interval of the same median, looking after every round, other statistics of
 * the test.
 */
import { parseArgs } from 'node:util';
import { compareSamples, type SampleComparison } from '../../src/core/statistics/compare-samples.ts';
import { steadyGrowth } from '../../src/core/statistics/drift.ts';
import { medianInterval } from '../../src/core/statistics/median-interval.ts';
import { minimumDetectableEffect } from '../../src/core/statistics/minimum-detectable-effect.ts';
import { sortNumbers } from '../../src/core/statistics/quantile.ts';
import { createRandom } from '../../src/core/statistics/random.ts';
import { signFlipTest } from '../../src/core/statistics/sign-flip.ts';
import { type CpuClaims, compareOnBusy } from '../support/busy-runs.ts';
import { compareOnDrifting, type FalseClaims, type Machine } from '../support/drifting-runs.ts';
import {
  claimsAnything,
  compare,
  firstPair,
  NOISES,
  type Noise,
  type Simulation,
  simulateRounds,
  takeLoneRoundsUntilPrecise,
  takeRounds,
  takeRoundsUntilPrecise,
  truth,
} from '../unit/core/statistics/simulated-runs.ts';

const { values } = parseArgs({
  options: {
    experiments: { type: 'string', default: '1000' },
    choices: { type: 'boolean', default: false },
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
function simulation(noise: Noise, ratio: number, scale = 1, variants = 4): Simulation {
  return { noise, walls: [100, 100 / ratio, 100, 100].slice(0, variants), random, scale };
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
const shares: number[] = [];
for (const noise of NOISES) {
  for (const ratio of RATIOS) {
    const given = simulation(noise, ratio);
    const true_ = truth(given);
    const cells = ROUNDS.map((rounds) =>
      share(() => holds(medianInterval(sortNumbers(firstPair(takeRounds(given, rounds)))), true_)),
    );
    shares.push(...cells.map(Number.parseFloat));
    print(`${noise}, ${ratio}`, ...cells);
  }
}
const outside = shares.filter((each) => each < 93 || each > 97).length;
const mean = shares.reduce((sum, each) => sum + each, 0) / shares.length;
console.log(
  `All: ${mean.toFixed(2)}%. Outside 93 to 97%: ${outside} of ${shares.length} shares; by chance about 1.`,
);

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
  for (const [ratio, variants] of [
    [1, 4],
    [1.05, 4],
    [1.05, 2],
  ] as const) {
    const cells = SCALES.map((scale) => {
      const given = simulation(noise, ratio, scale, variants);
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
    print(`${noise}, ${ratio}, ${variants} variants`, ...cells);
  }
}

console.log(`\nThe same with one variant alone: intervals of its wall that hold it, of its CPU, mean rounds`);
print('noise \\ noise times', ...SCALES.map((scale) => String(scale).padEnd(20)));
for (const noise of ['normal', 'skewed'] as const) {
  const cells = SCALES.map((scale) => {
    const given = simulation(noise, 1, scale, 1);
    const runs = Array.from({ length: experiments }, () => takeLoneRoundsUntilPrecise(given, 0.02, MOST));
    const held = (figure: 'walls' | 'cpu') => {
      const count = runs.filter((run) => holds(medianInterval(sortNumbers(run[figure]), run.level), 0));
      return `${((100 * count.length) / experiments).toFixed(1)}%`;
    };
    const rounds = runs.reduce((sum, { walls }) => sum + walls.length, 0) / experiments;
    return `${held('walls')} ${held('cpu')} ${rounds.toFixed(0)}`.padEnd(20);
  });
  print(noise, ...cells);
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
  return minimumDetectableEffect(firstPair(takeRounds(given, rounds)), 6)!;
}

console.log(
  '\nTwo runs of four variants, compared: intervals that hold the change, false alarms, and how often a change\n' +
    'as large as the median detectable one is claimed (not of drifting noise: runs that drift are found out)',
);
const TRIALS = [5, 6, 8, 10, 15, 20];
print('noise \\ trials of each', ...TRIALS.map((trials) => String(trials).padEnd(20)));
for (const noise of ['normal', 'skewed', 'disturbed'] as const) {
  const cells = TRIALS.map((trials) => {
    let alarms = 0;
    const detectable: number[] = [];
    const coverage = share(() => {
      const pairs = twoRuns(noise, trials, 1);
      if (pairs.some(({ verdict }) => verdict === 'up' || verdict === 'down')) alarms++;
      detectable.push(pairs[1]!.minimumDetectableEffect!);
      return holds(pairs[1]!.shift, 0);
    });
    const change = 1 + sortNumbers(detectable)[detectable.length >> 1]! / 100;
    const found = share(() => twoRuns(noise, trials, change)[1]?.verdict === 'up');
    return `${coverage} ${((100 * alarms) / experiments).toFixed(1)}% ${found}`.padEnd(20);
  });
  print(noise, ...cells);
}

/** The second variant takes `factor` times as long in the second run. */
function twoRuns(noise: Noise, trials: number, factor: number): SampleComparison[] {
  const logs = (ratio: number) =>
    takeRounds(simulation(noise, ratio), trials).map(({ walls }) => walls.map((wall) => Math.log(wall!)));
  const before = logs(1);
  const after = logs(1 / factor);
  return compareSamples(before.map((walls, index) => ({ before: walls, after: after[index]! })));
}

console.log(
  '\nTwo runs of four variants on a machine that drifts, with nothing else changed: runs with a claim about any wall\n' +
    'without an allowance and as it is, with one about any speedup, and in which any.regression > 3% holds',
);
const MACHINES: readonly (readonly [string, Machine])[] = [
  ['still', { trend: 0, wander: 0, goesOn: true }],
  ['0.2% + 0.5%, comes back', { trend: 0.002, wander: 0.005, goesOn: false }],
  ['0.2% + 0.5%, goes on', { trend: 0.002, wander: 0.005, goesOn: true }],
  ['0 + 0.5%, goes on', { trend: 0, wander: 0.005, goesOn: true }],
  ['0 + 0.2%, goes on', { trend: 0, wander: 0.002, goesOn: true }],
];
const DRIFTED = [6, 10, 15, 25];
print('trend + wandering a trial', ...DRIFTED.map((rounds) => String(rounds).padEnd(24)));
for (const [name, machine] of MACHINES) {
  const cells = DRIFTED.map((rounds) => {
    const pairs = Array.from({ length: Math.ceil(experiments / 5) }, () =>
      compareOnDrifting(machine, rounds, random),
    );
    const part = (which: keyof FalseClaims) =>
      `${((100 * pairs.filter((claims) => claims[which]).length) / pairs.length).toFixed(0)}%`;
    return `${part('plain')} ${part('widened')} ${part('speedup')} ${part('gate')}`.padEnd(24);
  });
  print(name, ...cells);
}

console.log(
  '\nCPU of two runs of four variants on a busy machine, whose trials scatter by so much and whose runs are moved by as\n' +
    'much: runs with a claim though nothing changed, by the test alone and as it is; how often 6% more of one is found',
);
print('scatter \\ rounds', ...DRIFTED.map((rounds) => String(rounds).padEnd(24)));
for (const sd of [0.01, 0.04]) {
  const cells = DRIFTED.map((rounds) => {
    const claims = (factor: number) =>
      Array.from({ length: Math.ceil(experiments / 5) }, () => compareOnBusy(sd, rounds, factor, random));
    const part = (of: readonly CpuClaims[], which: keyof CpuClaims) =>
      `${((100 * of.filter((each) => each[which]).length) / of.length).toFixed(0)}%`;
    const [equal, more] = [claims(1), claims(1.06)];
    return `${part(equal, 'plain')} ${part(equal, 'any')} ${part(more, 'found')}`.padEnd(24);
  });
  print(`${100 * sd}%`, ...cells);
}

console.log(
  '\nShare of 2,000 runs of twelve trials without a leak in which the heap is said to grow: noise, a level that steps\n' +
    'once, a cache that fills up',
);
const HEAPS: readonly ((trial: number) => number)[] = [
  () => 30,
  (trial) => (trial < 4 ? 30 : 45),
  (trial) => 40 * (1 - Math.exp(-trial / 2)),
];
print(
  '',
  ...HEAPS.map((heap) => {
    let alarms = 0;
    for (let run = 0; run < 2_000; run++) {
      const held = Array.from({ length: 12 }, (_, trial) => heap(trial) + random());
      if (steadyGrowth(held, 0.01 / 4) !== null) alarms++;
    }
    return `${((100 * alarms) / 2_000).toFixed(1)}%`;
  }),
);

if (values.choices) {
  console.log('\nNot chosen: looking after every round from the sixth on, two variants, no difference');
  print('noise \\ noise times', ...SCALES);
  for (const noise of EQUAL) {
    print(
      noise,
      ...SCALES.map((scale) => share(() => holds(untilNarrow(simulation(noise, 1, scale, 2)), 0))),
    );
  }

  console.log('\nPower of one pair of six: clipped sum (chosen), plain sum, signed ranks');
  print('noise \\ rounds', ...CLAIM_ROUNDS.map((rounds) => String(rounds).padEnd(24)));
  for (const noise of EQUAL) {
    const cells = CLAIM_ROUNDS.map((rounds) => {
      const given = simulation(noise, 1 + 0.11 / Math.sqrt(rounds));
      const power = (scores: (values: readonly number[]) => readonly number[], clip?: number) =>
        share(
          () => signFlipTest(scores(firstPair(takeRounds(given, rounds))), random, clip).pValue <= 0.05 / 6,
        );
      const plain = (values: readonly number[]) => values;
      return `${power(plain)} ${power(plain, Infinity)} ${power(signedRanks, Infinity)}`.padEnd(24);
    });
    print(noise, ...cells);
  }
}

function untilNarrow(given: Simulation): { readonly low: number; readonly high: number } | null {
  const next = simulateRounds(given);
  const ratios: number[] = [];
  for (;;) {
    const [a = 1, b = 1] = next();
    ratios.push(Math.log(a / b));
    const interval = medianInterval(sortNumbers(ratios))!;
    const narrow = ratios.length >= 6 && Math.expm1((interval.high - interval.low) / 2) <= 0.02;
    if (narrow || ratios.length >= MOST) return interval;
  }
}

function signedRanks(values: readonly number[]): number[] {
  const magnitudes = values.map(Math.abs);
  return values.map(
    (value, at) => Math.sign(value) * magnitudes.filter((other) => other <= magnitudes[at]!).length,
  );
}
