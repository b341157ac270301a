import { changeSamples } from '../../src/analysis/comparison/samples.ts';
import type { RunRecord, TrialRecord } from '../../src/core/documents/run-record.ts';
import { compareSamples, type Samples, widenedShift } from '../../src/core/statistics/compare-samples.ts';
import { type Random, shuffle } from '../../src/core/statistics/random.ts';
import { record, trial, variant } from '../fixtures/runs/records.ts';
import { normal } from './normal.ts';

/** A machine that changes with every trial, as shares of a wall; logarithms. */
export interface Machine {
  readonly trend: number;
  /** Standard deviation of a step of its random walk. */
  readonly wander: number;
  /** Whether the second run finds it as the first one left it, or as that one found it. */
  readonly goesOn: boolean;
}

/** What is claimed of two runs between which nothing changed but the machine. */
export interface FalseClaims {
  /** Of any wall: without allowing for drift, and as it is done. */
  readonly plain: boolean;
  readonly widened: boolean;
  /** Of any speedup. */
  readonly speedup: boolean;
  /** That some wall is longer by over 3%, at the level of a gate on any of them. */
  readonly gate: boolean;
}

const NAMES = ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'] as const;
/** Whose summaries and comparisons nobody looks at: making them anew would take most of the time. */
const RUN = record();
const VARIANTS = NAMES.map((name) => variant(name));
/** Of a trial by itself. */
const SD = 0.02;
const GATE = Math.log(1.03);

/** Two runs of four variants, trials in shuffled order, compared as `threadmill compare` does it. */
export function compareOnDrifting(
  { trend, wander, goesOn }: Machine,
  rounds: number,
  random: Random,
): FalseClaims {
  let level = 0;
  const run = (): RunRecord =>
    runOf(rounds, random, () => {
      level += trend + wander * normal(random);
      return 100 * Math.exp(level + SD * normal(random));
    });
  const before = run();
  if (!goesOn) level = 0;
  const { variants } = changeSamples(before, run());
  const walls = variants.map((each) => each.walls);
  return {
    plain: claimed(walls.map(({ before: x, after: y }) => ({ before: x, after: y }))),
    widened: claimed(walls),
    speedup: claimed(variants.flatMap(({ speedups }) => speedups ?? [])),
    gate: walls.some((each) => widenedShift(each, 1 - 0.05 / walls.length)!.low > GATE),
  };
}

function claimed(samples: readonly Samples[]): boolean {
  return compareSamples(samples).some(({ verdict }) => verdict === 'up' || verdict === 'down');
}

/** The walls are drawn in the order in which the trials run. */
function runOf(rounds: number, random: Random, wallMs: () => number): RunRecord {
  const trials = new Map<string, TrialRecord[]>(NAMES.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [order, name] of shuffle([...NAMES], random).entries()) {
      trials.get(name)!.push(trial({ round, order, wallMs: wallMs() }));
    }
  }
  return { ...RUN, variants: VARIANTS.map((each) => ({ ...each, trials: trials.get(each.name)! })) };
}
