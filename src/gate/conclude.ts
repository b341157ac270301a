import type { GateResult } from '../types/gate.ts';
import type { NoClaimReason, RunComparison } from '../types/run-comparison.ts';
import type { RunRecord } from '../types/run-record.ts';
import { compareRuns } from './compare-runs.ts';
import { evaluateGate } from './evaluate.ts';
import { exitCodeOf } from './exit-code.ts';
import { type Gate, isChange } from './parse-gate.ts';

export interface Conclusion {
  /** Null without another run to compare with. */
  readonly comparison: RunComparison | null;
  readonly gates: readonly GateResult[];
  readonly exitCode: number;
}

/** Because of these a variant was not judged at all; correction for several variants is no such thing. */
const UNJUDGED: readonly (NoClaimReason | null)[] = [
  'too-few-rounds',
  'too-noisy',
  'jobs-failed',
  'responses-differ',
  'check-failed',
];

/**
 * What a run that went to its end amounts to: how it compares with an earlier one, which gates hold, and the
 * exit code. Any slowdown that is significant is a regression, unless a gate says how large one may be.
 */
export function conclude(record: RunRecord, before: RunRecord | null, gates: readonly Gate[]): Conclusion {
  const comparison = before === null ? null : compareRuns(before, record);
  const results = gates.map((gate) => evaluateGate(gate, record, before));
  const gated = gates.some(({ metric }) => isChange(metric));
  const changes = gated ? [] : (comparison?.variants ?? []).map(({ change }) => change);
  const exitCode = exitCodeOf(
    record,
    {
      gateHeld: results.some(({ outcome }) => outcome === 'held'),
      regressed: changes.some(({ verdict }) => verdict === 'increased'),
      undecided:
        results.some(({ outcome }) => outcome === 'undecided') ||
        changes.some(({ reason }) => UNJUDGED.includes(reason)),
    },
    before,
  );
  return { comparison, gates: results, exitCode };
}
