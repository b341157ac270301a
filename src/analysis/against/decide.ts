import type { AgainstRecord, JudgedRecord } from '../../core/documents/against.ts';
import type { GatedVariant, GateResult } from '../../core/documents/comparison.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatCount } from '../../core/format.ts';
import { warningOf } from '../../core/warnings.ts';
import { conclude } from '../gates/conclude.ts';
import { evaluateGate } from '../gates/evaluate.ts';
import { type Gate, isChange } from '../gates/parse-gate.ts';
import { noiseFloor, type PairedFigure, pairedVariants, roundsToDecide, type Versions } from './paired.ts';
import { againstVerdict } from './summary.ts';

const FINAL: readonly GatedVariant['reason'][] = ['jobs-failed', 'responses-differ'];

/** `decided`: every gate on a change failed or passed; `undecidable`: the others never will; null: more rounds may tell. */
export function rule(gates: readonly Gate[], versions: Versions): 'decided' | 'undecidable' | null {
  const results = changeGates(gates, versions);
  if (results.every(({ outcome }) => outcome !== 'inconclusive')) return 'decided';
  const settled = ({ outcome, variants }: GateResult) =>
    outcome !== 'inconclusive' ||
    (variants.some(({ reason }) => FINAL.includes(reason)) &&
      variants.every((each) => each.outcome !== 'inconclusive' || FINAL.includes(each.reason)));
  return results.every(settled) ? 'undecidable' : null;
}

export function concludeAgainst(gates: readonly Gate[], versions: Versions): void {
  const { change } = versions;
  const { comparison, gates: results, exitCode } = conclude(change, null, gates, versions);
  Object.assign(change, { comparedWith: comparison, gates: results, exitCode });
  if (change.against === null) return;
  change.against.variants = judgedVariants(gates, results, versions);
  change.against.verdict = againstVerdict(change);
  const { compared, differing } = change.against.responses;
  if (differing === 0) return;
  change.warnings.push(
    warningOf({
      code: 'versions-differ',
      message: `${formatCount(differing)} of ${formatCount(compared)} jobs returned other results than in the base`,
    }),
  );
}

function judgedVariants(
  gates: readonly Gate[],
  results: readonly GateResult[],
  versions: Versions,
): AgainstRecord['variants'] {
  return pairedVariants(versions).map(({ name, walls, cpu }) => {
    const judged = (metric: Gate['metric'], figure: PairedFigure): JudgedRecord => {
      const open = gates.find(
        (gate, index) =>
          gate.metric === metric &&
          results[index]?.variants.some(
            ({ variant, outcome }) => variant === name && outcome === 'inconclusive',
          ),
      );
      const floor = noiseFloor(figure);
      return {
        noiseFloor: floor === null ? null : 100 * Math.expm1(floor),
        baseAgain: [...figure.baseAgain],
        needed: open === undefined || figure.blocked !== null ? null : needed(figure, open, versions.change),
      };
    };
    return { name, wall: judged('regression', walls), cpu: judged('cpu-regression', cpu) };
  });
}

function needed(
  figure: PairedFigure,
  { threshold }: Gate,
  { rounds, against }: RunRecord,
): JudgedRecord['needed'] {
  const count = roundsToDecide(figure, Math.log1p(threshold / 100));
  if (count === null || rounds.completed === 0 || against === null) return null;
  return { rounds: count, ms: (count * against.roundsMs) / rounds.completed };
}

function changeGates(gates: readonly Gate[], versions: Versions): GateResult[] {
  return gates
    .filter(({ metric }) => isChange(metric))
    .map((gate) => evaluateGate(gate, versions.change, null, versions));
}
