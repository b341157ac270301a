import type { VariantName } from '../../core/variants.ts';
import type { Plan } from '../comparison/same-work.ts';
import { metricOf } from '../metrics.ts';
import { type Gate, type GateProblem, isChange, problem } from './parse-gate.ts';

/** Why a gate can't apply to such a run; null if it can. A gate that can never hold would pass everything. */
export function inapplicable(
  gate: Gate,
  plan: Plan,
  before: Plan | null,
  against = false,
): GateProblem | null {
  const { variants, load } = plan.spec;
  const { variant, metric } = gate;
  if (variant !== 'any' && !variants.includes(variant)) {
    return problem(`${variant} is not in this run`, variant, variants);
  }
  if (isChange(metric)) return against ? pairedProblem(gate) : changeProblem(gate, variants, before);
  const { openLoop, ratioOf } = metricOf(metric);
  if (openLoop && load.kind !== 'open') {
    return problem(`${metric} needs a run that starts its jobs on a schedule`);
  }
  if (ratioOf !== undefined && (variant === 'any' ? variants.length < 2 : variant === variants[0])) {
    return problem(`${variants[0]} is the baseline, so it has no ${metric}`);
  }
  return null;
}

/** Changes of speedups are there for runs whose machines may differ in speed; two versions in the same rounds have one. */
function pairedProblem({ metric, operator }: Gate): GateProblem | null {
  if (metric === 'speedup-loss' || metric === 'cpu-speedup-loss') {
    const other = metric === 'speedup-loss' ? 'regression' : 'cpu-regression';
    return problem(`with --against both versions share the machine: gate on ${other}`);
  }
  return operator.startsWith('>') ? null : problem(`with --against, a gate is an upper limit: ${metric} > …`);
}

function changeProblem(
  { variant, metric }: Gate,
  variants: readonly VariantName[],
  before: Plan | null,
): GateProblem | null {
  if (before === null) return problem(`${metric} needs a run to compare with`);
  const earlier = before.spec.variants;
  const common = variants.filter((name) => earlier.includes(name));
  if (common.length === 0) return problem('the two runs have no variant in common');
  if (variant !== 'any' && !common.includes(variant)) {
    return problem(`${variant} is not in the earlier run`, variant, common);
  }
  if (metric !== 'speedup-loss' && metric !== 'cpu-speedup-loss') return null;
  if (variants[0] !== earlier[0]) {
    return problem(`speedups are against ${variants[0]} in this run and against ${earlier[0]} in the other`);
  }
  if (variant === variants[0] || common.length < 2) {
    return problem(`${variants[0]} is the baseline, so it has no speedup`);
  }
  return null;
}
