import type { Allowance, Samples } from '../statistics/compare-samples.ts';
import { type Drift, driftOfRun } from '../statistics/drift.ts';
import { logRatios } from '../statistics/log-ratio.ts';
import { levelAfterLooks } from '../statistics/precision.ts';
import { comparedMs, inOrder, wallsByRound } from '../types/comparable-blocks.ts';
import type { NoClaimReason } from '../types/run-comparison.ts';
import type { RunRecord } from '../types/run-record.ts';
import type { VariantName } from '../types/variant-names.ts';
import { checkFailed, variantFailed } from './exit-code.ts';

/**
 * One run in a hundred that does not drift is said to. Without any allowance 24 to 100% of comparisons of
 * simulated runs that do (a trend of 0.2% and a wandering of 0.5% a block) claimed a change without a cause;
 * with it 0 to 2%, from ten rounds on.
 */
const DRIFT_ALPHA = 0.01;

/** The blocks of two runs that count, variant by variant, as logarithms: ready to be compared. */
export interface ChangeSamples {
  readonly variants: readonly VariantSamples[];
  /** Of walls and of speedups, as logarithms. */
  readonly allowance: Allowance;
  readonly speedupAllowance: Allowance;
  /** Confidence level of intervals of speedups, which rounds may have been added for. */
  readonly speedupLevel: number;
}

export interface VariantSamples {
  readonly name: VariantName;
  readonly walls: Samples;
  /** Of speedups against the runs' baseline; null for that itself, and if there is no common one. */
  readonly speedups: Samples | null;
  /** Why nothing may be claimed, whatever the figures. */
  readonly blocked: NoClaimReason | null;
}

/** Of every variant that both runs have, in the order of the later one. */
export function changeSamples(before: RunRecord, after: RunRecord): ChangeSamples {
  const allowance = wallAllowance(before, after);
  const speedupAllowance = stepsAllowance(before, after, 'either way');
  const wallsBefore = new Map(wallsByRound(before.variants).map(({ name, walls }) => [name, walls]));
  const wallsAfter = wallsByRound(after.variants);
  const [first] = wallsAfter;
  const baseline = first !== undefined && first.name === before.variants[0]?.name ? first : null;
  const variants = wallsAfter.flatMap(({ name, walls }): VariantSamples[] => {
    const earlier = wallsBefore.get(name);
    if (earlier === undefined) return [];
    const logs = (of: readonly (number | null)[]) =>
      of.flatMap((wall) => (wall === null ? [] : Math.log(wall)));
    return [
      {
        name,
        walls: { before: logs(earlier), after: logs(walls), allowance },
        speedups:
          baseline === null || name === baseline.name
            ? null
            : {
                before: logRatios(wallsBefore.get(baseline.name) ?? [], earlier),
                after: logRatios(baseline.walls, walls),
                allowance: speedupAllowance,
              },
        blocked: blockedBy(name, before) ?? blockedBy(name, after),
      },
    ];
  });
  const speedupLevel = Math.max(levelOf(before), levelOf(after));
  return { variants, allowance, speedupAllowance, speedupLevel };
}

/** Level of this run's intervals; above 95% if rounds were added until they were narrow. */
export function levelOf({ rounds }: RunRecord): number {
  return levelAfterLooks(rounds.looks, rounds.endedBy === 'precision');
}

function blockedBy(name: VariantName, record: RunRecord): NoClaimReason | null {
  if (checkFailed(record)) return 'check-failed';
  if (record.equivalence.mismatches > 0) return 'responses-differ';
  const variant = record.variants.find((each) => each.name === name);
  return variant !== undefined && variantFailed(variant, record.status) ? 'jobs-failed' : null;
}

/** What a run's machine did while it was measured; null if it held still, as far as can be seen. */
export function driftSeen(record: RunRecord): Drift | null {
  const blocks = inOrder(record.variants).flatMap(({ variant, block }) => {
    const wall = comparedMs(block);
    return wall === null || wall <= 0 ? [] : [{ variant: variant.name, wall }];
  });
  const seen = driftOfRun(blocks);
  return seen !== null && seen.pValue < DRIFT_ALPHA ? seen : null;
}

/**
 * Blocks of a run that drifts are no sample of what another run would have met: by as much as the machine
 * moved within a run it may have moved between the two, either way.
 */
function wallAllowance(before: RunRecord, after: RunRecord): Allowance {
  const drifted = [before, after].reduce(
    (sum, record) => sum + Math.abs(Math.log1p((driftSeen(record)?.percent ?? 0) / 100)),
    0,
  );
  const { low, high } = stepsAllowance(before, after, 'as measured');
  return { low: low - drifted, high: high + drifted };
}

/**
 * `--cpu` is turned into steps by a calibration that every run makes for itself. Where it came out different,
 * between none and all of that difference is in the walls; in ratios of walls it can go either way.
 */
function stepsAllowance(before: RunRecord, after: RunRecord, which: 'as measured' | 'either way'): Allowance {
  const more = Math.log(stepsRatio(before, after));
  const size = Math.abs(more);
  return which === 'either way'
    ? { low: -size, high: size }
    : { low: Math.min(0, more), high: Math.max(0, more) };
}

/** Steps of CPU work per response, after ÷ before; 1 where the runs have none. */
export function stepsRatio(before: RunRecord, after: RunRecord): number {
  const steps = ({ spec }: RunRecord) =>
    spec.workload.settings.cpuMs === 0 ? 0 : spec.workload.settings.cpuIterationsPerMs;
  return steps(before) > 0 && steps(after) > 0 ? steps(after) / steps(before) : 1;
}
