import { cleanText, LONG_TEXT } from '../../../core/clean-text.ts';
import type { GateResult, RunComparison } from '../../../core/documents/comparison.ts';
import { cleanVerdict } from '../verdict.ts';

/** How two runs compare, with text from either of them fit for showing. */
export function cleanComparison(comparison: RunComparison): RunComparison {
  return {
    ...comparison,
    before: cleanRun(comparison.before),
    after: cleanRun(comparison.after),
    differences: comparison.differences.map(({ what, before, after }) => ({
      what: cleanText(what, 120),
      before: cleanText(before),
      after: cleanText(after),
    })),
    verdict: cleanVerdict(comparison.verdict),
    warnings: comparison.warnings.map(({ code, message }) => ({ code, message: cleanText(message) })),
  };
}

export function cleanGates(gates: readonly GateResult[]): GateResult[] {
  return gates.map((gate) => ({ ...gate, expression: cleanText(gate.expression, 200) }));
}

function cleanRun(run: RunComparison['before']): RunComparison['before'] {
  return {
    ...run,
    id: cleanText(run.id, 80),
    threadmill: cleanText(run.threadmill, 40),
    commandLine: cleanText(run.commandLine, LONG_TEXT),
  };
}
