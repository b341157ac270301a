import { inOrder } from '../../core/documents/comparable.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { driftOfRun } from '../../core/statistics/drift.ts';

/**
 * Whether a server that is not ours became slower or quicker during the run: nothing can be read from within it,
 * but each trial has a median response time. Null for any other server, and for too few trials.
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
