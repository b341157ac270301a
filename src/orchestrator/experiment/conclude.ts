import { inOrder } from '../../analysis/comparable.ts';
import { compareAa, compareAll } from '../../analysis/comparison/compare-variants-of-run.ts';
import { fairnessOf, isUnfair } from '../../analysis/fairness.ts';
import { summarise } from '../../analysis/summarise.ts';
import { othersShare, stealShare } from '../../analysis/warnings/machine.ts';
import { warningsOf } from '../../analysis/warnings/registry.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { driftOfRun } from '../../core/statistics/drift.ts';
import { warningOf } from '../../core/warnings.ts';

export function compareAndSummarise(record: RunRecord): void {
  const { variants, spec } = record;
  record.fairness = fairnessOf(record);
  record.comparisons = compareAll(variants, spec.seed, record.rounds).map((pair) =>
    isUnfair(record, pair.a, pair.b) ? { ...pair, verdict: 'inconclusive', reason: 'clients-differ' } : pair,
  );
  if (record.aa !== null) {
    record.aa.comparison = compareAa(record);
    summarise([record.aa.arm], spec.jobs);
  }
  summarise(variants, spec.jobs, record.comparisons);
  record.machineLoad = { othersShare: othersShare(record), stealShare: stealShare(record) };
  record.server.drift = serverDrift(record);
}

/** Comparisons, summaries and warnings of a run whose rounds have ended. */
export function conclude(record: RunRecord, anythingCompared: boolean): void {
  compareAndSummarise(record);
  record.warnings.push(...warningsOf(record));
  if (record.spec.variants.length < 2) return;
  // Another warning says that no job ended ok.
  if (!record.variants.some(({ trials }) => trials.some(({ outcomes }) => outcomes.ok > 0))) return;
  if (record.equivalence.compared === 0) {
    record.warnings.push(
      warningOf({
        code: 'nothing-compared',
        message: `no job ended ok both in ${record.equivalence.baseline} and in another variant, so no results could be compared`,
        advice: 'Fix the failing jobs and run again.',
        variant: null,
      }),
    );
  } else if (!anythingCompared) {
    record.warnings.push(
      warningOf({
        code: 'nothing-compared',
        message: 'the jobs return nothing, so the variants’ results could not be compared',
        advice: 'Return something from `run` that shows whether the work was done correctly.',
        variant: null,
      }),
    );
  }
}

/**
 * Change of an external server's median response time during the run. Null for any other server, and for too few
 * trials.
 */
export function serverDrift({ server, variants }: RunRecord): RunRecord['server']['drift'] {
  if (server.kind !== 'external') return null;
  const medians = inOrder(variants).flatMap(({ variant, trial }) =>
    trial.latencyMs.p50 === null || trial.latencyMs.p50 <= 0
      ? []
      : [{ variant: variant.name, wall: trial.latencyMs.p50 }],
  );
  const found = driftOfRun(medians);
  return found && { percent: found.percent, pValue: found.pValue };
}
