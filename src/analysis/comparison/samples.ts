import type { NoClaimReason } from '../../core/documents/comparison.ts';
import type { RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import type { Allowance, Samples } from '../../core/statistics/compare-samples.ts';
import { logRatios } from '../../core/statistics/log-ratio.ts';
import { mean } from '../../core/statistics/mean.ts';
import { PROCESS_DIFFERENCE } from '../../core/statistics/min-effect.ts';
import { levelAfterLooks } from '../../core/statistics/precision.ts';
import type { VariantName } from '../../core/variants.ts';
import { comparedMs, countedCpuMs, figuresByRound } from '../comparable.ts';
import { cpuWaitOf } from '../gates/cpu-wait.ts';
import { aaFailed, variantFailed } from '../gates/exit-code.ts';
import { isBusy, loadDiffers } from '../gates/machine-load.ts';
import { movementOf } from '../gates/movement.ts';

/** Standard deviations of a trial by which intervals of CPU are wider on a busy machine: see docs/method.md. */
const BUSY_CPU = 2.5;
const BUSY_CPU_RATIO = 1;

/** The trials of two runs that count, variant by variant, as logarithms: ready to be compared. */
export interface ChangeSamples {
  readonly variants: readonly VariantSamples[];
  /** Confidence level of intervals of speedups, which rounds may have been added for. */
  readonly speedupLevel: number;
}

export interface JudgedSamples extends Samples {
  readonly allowance: Allowance;
  readonly blocked: NoClaimReason | null;
}

export interface VariantSamples {
  readonly name: VariantName;
  readonly walls: JudgedSamples;
  /** Against the runs' baseline; null for that itself, and if there is no common one. */
  readonly speedups: JudgedSamples | null;
  /** Of one job, ms. */
  readonly cpu: JudgedSamples;
  /** CPU of the baseline ÷ its own, in each round; null where `speedups` is. */
  readonly cpuSpeedups: JudgedSamples | null;
}

/** Of every variant that both runs have, in the order of the later one. */
export function changeSamples(before: RunRecord, after: RunRecord): ChangeSamples {
  const { jobs } = after.spec;
  const walls = figureOfRuns(before, after, comparedMs);
  const cpu = figureOfRuns(before, after, (trial) => {
    const ms = countedCpuMs(trial);
    return ms && ms / jobs;
  });
  const steps = stepsAllowance(before, after);
  const ratioSteps = eitherWay(Math.max(-steps.low, steps.high));
  const busy = isBusy(before) || isBusy(after);
  const apart = loadDiffers(before, after) ? 'load-differs' : null;
  const variants = after.variants.flatMap(({ name }): VariantSamples[] => {
    if (!before.variants.some((earlier) => earlier.name === name)) return [];
    const failed = blockedBy(name, before) ?? blockedBy(name, after);
    const judged = (logs: Logs, allowance: Allowance, blocked: NoClaimReason | null): JudgedSamples => ({
      ...logs,
      allowance,
      blocked: failed ?? blocked,
    });
    const speedups = walls.ratios(name);
    const ownCpu = cpu.own(name);
    const cpuRatios = cpu.ratios(name);
    const waiting = busy ? waitAllowance(before, after, name, steps, walls.moved) : null;
    const busyBy = (logs: Logs, times: number) =>
      Math.max(PROCESS_DIFFERENCE, busy ? times * spreadOf(logs) : 0);
    return [
      {
        name,
        walls: judged(
          walls.own(name),
          waiting ?? widened(steps, Math.max(PROCESS_DIFFERENCE, walls.moved)),
          busy && waiting === null ? 'machine-busy' : null,
        ),
        speedups: speedups && judged(speedups, ratioSteps, apart),
        cpu: judged(ownCpu, widened(steps, Math.max(cpu.moved, busyBy(ownCpu, BUSY_CPU))), apart),
        cpuSpeedups:
          cpuRatios && judged(cpuRatios, widened(ratioSteps, busyBy(cpuRatios, BUSY_CPU_RATIO)), apart),
      },
    ];
  });
  return { variants, speedupLevel: Math.max(levelOf(before), levelOf(after)) };
}

type Logs = Pick<Samples, 'before' | 'after'>;

interface FigureOfRuns {
  own(name: VariantName): Logs;
  /** That of the runs' baseline ÷ that of the variant, in each round. */
  ratios(name: VariantName): Logs | null;
  /** By how much the machine moved it within the two runs, as a logarithm. */
  readonly moved: number;
}

function figureOfRuns(
  before: RunRecord,
  after: RunRecord,
  figure: (trial: TrialRecord) => number | null,
): FigureOfRuns {
  const [earlier, later] = [before, after].map(({ variants }) => {
    const figures = figuresByRound(variants, figure);
    return new Map(variants.map(({ name }, index) => [name, figures[index]!]));
  }) as [Map<VariantName, (number | null)[]>, Map<VariantName, (number | null)[]>];
  const first = after.variants[0]?.name;
  const baseline = first !== undefined && first === before.variants[0]?.name ? first : null;
  const logs = (values: readonly (number | null)[]) =>
    values.flatMap((value) => (value === null ? [] : Math.log(value)));
  return {
    own: (name) => ({ before: logs(earlier.get(name)!), after: logs(later.get(name)!) }),
    ratios: (name) =>
      baseline === null || name === baseline
        ? null
        : {
            before: logRatios(earlier.get(baseline)!, earlier.get(name)!),
            after: logRatios(later.get(baseline)!, later.get(name)!),
          },
    moved: [before, after].reduce((sum, record) => sum + (movementOf(record, figure)?.size ?? 0), 0),
  };
}

/** Standard deviation of the difference of one trial of each. */
function spreadOf({ before, after }: Logs): number {
  const variance = (logs: readonly number[]): number => {
    if (logs.length < 2) return 0;
    const center = mean(logs);
    return logs.reduce((sum, log) => sum + (log - center) ** 2, 0) / (logs.length - 1);
  };
  return Math.sqrt(variance(before) + variance(after));
}

function eitherWay(size: number): Allowance {
  return { low: -size, high: size };
}

function widened({ low, high }: Allowance, by: number): Allowance {
  return { low: low - by, high: high + by };
}

/** On a busy machine either run may have been longer by as much as its threads waited for a CPU. Null: unknown. */
function waitAllowance(
  before: RunRecord,
  after: RunRecord,
  name: VariantName,
  { low, high }: Allowance,
  moved: number,
): Allowance | null {
  const [earlier, later] = [cpuWaitOf(before, name), cpuWaitOf(after, name)];
  if (earlier === null || later === null) return null;
  return {
    low: low - Math.max(PROCESS_DIFFERENCE, moved, earlier),
    high: high + Math.max(PROCESS_DIFFERENCE, moved, later),
  };
}

/** Level of this run's intervals; above 95% if rounds were added until they were narrow. */
export function levelOf({ rounds }: Pick<RunRecord, 'rounds'>): number {
  return levelAfterLooks(rounds.looks, rounds.endedBy === 'precision');
}

export function blockedBy(name: VariantName, record: RunRecord): NoClaimReason | null {
  if (aaFailed(record)) return 'aa-failed';
  if (record.equivalence.mismatches > 0) return 'responses-differ';
  const variant = record.variants.find((each) => each.name === name);
  return variant !== undefined && variantFailed(variant, record.status) ? 'jobs-failed' : null;
}

/** Every run calibrates `--cpu` for itself: between none and all of the difference in steps is in the times. */
function stepsAllowance(before: RunRecord, after: RunRecord): Allowance {
  const more = Math.log(stepsRatio(before, after));
  return { low: Math.min(0, more), high: Math.max(0, more) };
}

/** Steps of CPU work per response, after ÷ before; 1 where the runs have none. */
export function stepsRatio(before: RunRecord, after: RunRecord): number {
  const steps = ({ spec }: RunRecord) =>
    spec.workload.settings.cpuMs === 0 ? 0 : spec.workload.settings.cpuIterationsPerMs;
  return steps(before) > 0 && steps(after) > 0 ? steps(after) / steps(before) : 1;
}
