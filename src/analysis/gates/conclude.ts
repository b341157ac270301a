import type { GateResult, NoClaimReason, RunComparison } from '../../core/documents/comparison.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { compareVersions } from '../against/compare-versions.ts';
import type { Versions } from '../against/paired.ts';
import { compareRuns } from '../comparison/compare-runs.ts';
import { evaluateGate } from './evaluate.ts';
import { exitCodeOf } from './exit-code.ts';
import { type Gate, isChange } from './parse-gate.ts';

interface Conclusion {
  readonly comparison: RunComparison | null;
  readonly gates: readonly GateResult[];
  readonly exitCode: number;
}

/** Because of these the time of a variant was not judged at all; correction for several variants is no such thing. */
const UNJUDGED: readonly (NoClaimReason | null)[] = [
  'too-few-rounds',
  'too-noisy',
  'machine-busy',
  'jobs-failed',
  'responses-differ',
  'aa-failed',
];

/**
 * What a run that went to its end amounts to. A significant increase of time or CPU per job is a regression, unless a
 * gate limits it. Where the time can't be judged the run is inconclusive, unless the CPU tells of a regression.
 * @param versions of a run with `--against`
 */
export function conclude(
  record: RunRecord,
  before: RunRecord | null,
  gates: readonly Gate[],
  versions: Versions | null = null,
): Conclusion {
  const comparison =
    versions !== null ? compareVersions(versions) : before === null ? null : compareRuns(before, record);
  const results = gates.map((gate) => evaluateGate(gate, record, before, versions));
  const gated = gates.some(({ metric }) => isChange(metric));
  const variants = gated ? [] : (comparison?.variants ?? []);
  const exitCode = exitCodeOf(
    record,
    {
      gateFailed: results.some(({ outcome }) => outcome === 'failed'),
      regressed: variants.some(({ change, cpu }) =>
        [change, cpu.change].some(({ verdict }) => verdict === 'increased'),
      ),
      inconclusive:
        results.some(({ outcome }) => outcome === 'inconclusive') ||
        variants.some(({ change }) => UNJUDGED.includes(change.reason)),
    },
    before,
  );
  return { comparison, gates: results, exitCode };
}
