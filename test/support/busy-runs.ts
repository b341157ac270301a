import { changeSamples } from '../../src/analysis/comparison/samples.ts';
import type { RunRecord } from '../../src/core/documents/run-record.ts';
import { compareSamples } from '../../src/core/statistics/compare-samples.ts';
import { type Random, shuffle } from '../../src/core/statistics/random.ts';
import { record, trial, variant } from '../fixtures/runs/records.ts';
import { normal } from './normal.ts';

/** What is claimed of the CPU of two runs on a busy machine. */
export interface CpuClaims {
  /** Of any variant, by the rank-sum test alone. */
  readonly plain: boolean;
  /** As it is done. */
  readonly any: boolean;
  /** That the second variant, which takes `factor` times the CPU in the second run, takes more. */
  readonly found: boolean;
}

const NAMES = ['sequential', 'event-loop', 'worker-pool', 'worker-pool-batched'] as const;
const RUN = record();
const VARIANTS = NAMES.map((name) => variant(name));

/**
 * Two runs of four variants while other programs use most of the CPUs. The CPU of a trial scatters by `sd`, and what
 * a run shares with its neighbours moves all of its trials by as much: as measured at a load of 15 to 24.
 */
export function compareOnBusy(sd: number, rounds: number, factor: number, random: Random): CpuClaims {
  const run = (times: number): RunRecord => {
    const level = sd * normal(random);
    const trials = NAMES.map(() => [] as ReturnType<typeof trial>[]);
    for (let round = 1; round <= rounds; round++) {
      for (const [order, index] of shuffle([0, 1, 2, 3], random).entries()) {
        const cpuUserMs = 40 * (index === 1 ? times : 1) * Math.exp(level + sd * normal(random));
        trials[index]!.push(trial({ round, order, cpuUserMs, cpuSystemMs: 0 }));
      }
    }
    return {
      ...RUN,
      machineLoad: { othersShare: 0.85, stealShare: 0 },
      variants: VARIANTS.map((each, index) => ({ ...each, trials: trials[index]! })),
    };
  };
  const { variants } = changeSamples(run(1), run(factor));
  const cpu = variants.map((each) => each.cpu);
  const verdicts = compareSamples(cpu).map(({ verdict }) => verdict);
  const plain = compareSamples(cpu.map(({ before, after }) => ({ before, after })));
  const claims = (verdict: string) => verdict === 'up' || verdict === 'down';
  return {
    plain: plain.some(({ verdict }) => claims(verdict)),
    any: verdicts.some(claims),
    found: verdicts[1] === 'up',
  };
}
