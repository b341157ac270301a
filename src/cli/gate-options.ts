import { Option } from 'commander';
import type { Plan } from '../analysis/comparison/same-work.ts';
import { inapplicable } from '../analysis/gates/applies.ts';
import { type Gate, type GateProblem, parseGate } from '../analysis/gates/parse-gate.ts';
import { ThreadmillError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { suggestion } from './suggest.ts';
import { quote } from './values.ts';

export function failIfOption<G>(text: string, parse: (given: string) => G | GateProblem): Option {
  return new Option('--fail-if <gate>', text)
    .argParser((given: string, before: readonly G[] = []): G[] => {
      const parsed = parse(given);
      if (isProblem(parsed)) throw refusal(given, parsed);
      if (before.length >= LIMITS.gates) {
        throw new ThreadmillError('usage', `--fail-if: there are more than ${LIMITS.gates}`);
      }
      return [...before, parsed];
    })
    .default([], 'none')
    .helpGroup('Judgement:');
}

/** Of runs. */
export function runGateOption(): Option {
  return failIfOption("exit 99 if it holds, e.g. 'event-loop.wall > 200ms'; repeatable", parseGate);
}

function isProblem<G>(parsed: G | GateProblem): parsed is GateProblem {
  return typeof parsed === 'object' && parsed !== null && 'known' in parsed;
}

/** Throws for the first gate that could say nothing of such a run. */
export function refuseInapplicable(
  gates: readonly Gate[],
  plan: Plan,
  before: Plan | null,
  against = false,
): void {
  for (const gate of gates) {
    const problem = inapplicable(gate, plan, before, against);
    if (problem !== null) throw refusal(gate.expression, problem);
  }
}

function refusal(given: string, { message, word, known }: GateProblem): ThreadmillError {
  const advice = word === null ? {} : { advice: suggestion(word, known) };
  return new ThreadmillError('usage', `--fail-if ${quote(given)}: ${message}`, advice);
}
