import {
  compareVariants,
  type PairComparison,
  type VariantWalls,
} from '../../../../src/core/statistics/compare-variants.ts';
import { logRatios } from '../../../../src/core/statistics/log-ratio.ts';
import {
  levelAfterLooks,
  lookAtPrecision,
  nextLook,
  ratiosToFirst,
} from '../../../../src/core/statistics/precision.ts';
import { median } from '../../../../src/core/statistics/quantile.ts';
import { type Random, shuffle } from '../../../../src/core/statistics/random.ts';
import { normal } from '../../../support/normal.ts';

export const NOISES = ['normal', 'skewed', 'drifting', 'disturbed', 'unequal'] as const;
/**
 * normal:    every block its own relative error, standard deviation 2%
 * skewed:    a floor 2% below the median and a long tail above, one trial in ten over 5% slower than it
 * drifting:  normal, and the machine slows by 0.2% with every trial and wanders by 0.5%
 * disturbed: normal, and one trial in twenty takes half as long again
 * unequal:   variants with odd numbers skewed, the others normal: log-ratios aren't symmetric
 */
export type Noise = (typeof NOISES)[number];

export interface Simulation {
  readonly noise: Noise;
  /** True wall of each variant; a ratio of walls is what the interval should hold. */
  readonly walls: readonly number[];
  readonly random: Random;
  /** Multiplies the noise. */
  readonly scale?: number;
}

const SD = 0.02;

/** One more round of every variant with every call, in shuffled order as in a real run. */
export function simulateRounds({ noise, walls, random, scale = 1 }: Simulation): () => number[] {
  const order = walls.map((_, index) => index);
  let trial = 0;
  let wander = 0;
  const error = (variant: number): number => {
    const plain = SD * scale * normal(random);
    if (noise === 'skewed' || (noise === 'unequal' && variant % 2 === 1)) {
      return Math.log((1 + SD * scale * Math.exp(normal(random))) / (1 + SD * scale));
    }
    if (noise === 'disturbed') return plain + (random() < 0.05 ? Math.log(1.5) : 0);
    if (noise !== 'drifting') return plain;
    wander += 0.005 * scale * normal(random);
    return plain + wander + 0.002 * scale * trial;
  };
  return () => {
    const round = new Array<number>(walls.length);
    for (const variant of shuffle(order, random)) {
      round[variant] = walls[variant]! * Math.exp(error(variant));
      trial++;
    }
    return round;
  };
}

/** ln of the ratio that the interval of variants 0 and 1 should hold. */
export function truth(simulation: Simulation): number {
  const exact = Math.log(simulation.walls[0]! / simulation.walls[1]!);
  if (simulation.noise !== 'unequal') return exact;
  const next = simulateRounds(simulation);
  const errors = Array.from({ length: 200_000 }, next).map(([a = 1, b = 1]) => Math.log(a / b));
  return median(errors)!;
}

export function takeRounds(simulation: Simulation, rounds: number): VariantWalls[] {
  const next = simulateRounds(simulation);
  const taken = Array.from({ length: rounds }, next);
  return columns(taken, simulation.walls.length);
}

export interface AutoRun {
  readonly variants: VariantWalls[];
  readonly rounds: number;
  readonly level: number;
}

/** As --rounds auto takes them: look, and go on until precise or out of time. */
export function takeRoundsUntilPrecise(simulation: Simulation, precision: number, most: number): AutoRun {
  const next = simulateRounds(simulation);
  const count = simulation.walls.length;
  const taken: number[][] = [];
  for (let looks = 1; ; looks++) {
    const until = Math.min(most, nextLook(taken.length, (count * (count - 1)) / 2));
    while (taken.length < until) taken.push(next());
    const variants = columns(taken, count);
    const { reached } = lookAtPrecision(ratiosToFirst(variants.map(({ walls }) => walls)), precision, looks);
    if (reached || taken.length >= most) {
      return { variants, rounds: taken.length, level: levelAfterLooks(looks, reached) };
    }
  }
}

export interface LoneRun {
  /** Logarithms, round by round. */
  readonly walls: readonly number[];
  readonly cpu: readonly number[];
  readonly level: number;
}

/** `--rounds auto` of one variant: its wall and its CPU decide; their noise is independent, that of CPU half as large. */
export function takeLoneRoundsUntilPrecise(simulation: Simulation, precision: number, most: number): LoneRun {
  const { scale = 1 } = simulation;
  const wall = simulateRounds({ ...simulation, walls: [1] });
  const cpuTime = simulateRounds({ ...simulation, walls: [1], scale: scale / 2 });
  const walls: number[] = [];
  const cpu: number[] = [];
  for (let looks = 1; ; looks++) {
    const until = Math.min(most, nextLook(walls.length));
    while (walls.length < until) {
      walls.push(Math.log(wall()[0]!));
      cpu.push(Math.log(cpuTime()[0]!));
    }
    const { reached } = lookAtPrecision([walls, cpu], precision, looks);
    if (reached || walls.length >= most) return { walls, cpu, level: levelAfterLooks(looks, reached) };
  }
}

export function compare(variants: readonly VariantWalls[], level = 0.95): PairComparison[] {
  return compareVariants(variants, { seed: 1, level });
}

export const claimsAnything = (pairs: readonly PairComparison[]): boolean =>
  pairs.some(({ verdict }) => verdict === 'faster' || verdict === 'slower');

/** Log-ratios of the first two variants. */
export const firstPair = ([a, b]: readonly VariantWalls[]): number[] => logRatios(a!.walls, b!.walls);

function columns(rounds: readonly (readonly number[])[], count: number): VariantWalls[] {
  return Array.from({ length: count }, (_, variant) => ({
    name: `v${variant}`,
    walls: rounds.map((round) => round[variant]!),
  }));
}
