import { Option } from 'commander';
import type { Plan } from '../analysis/comparison/same-work.ts';
import { inapplicable } from '../analysis/gates/applies.ts';
import { type Gate, type GateProblem, parseGate } from '../analysis/gates/parse-gate.ts';
import { ThreadmillError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { suggestion } from './suggest.ts';
import { quote } from './values.ts';

export function failIfOption(): Option {
  return new Option(
    '--fail-if <gate>',
    "exit with 99 if this holds, e.g. 'event-loop.wall > 200ms'; repeatable",
  )
    .argParser((given: string, before: readonly Gate[] = []): Gate[] => {
      const parsed = parseGate(given);
      if (!parsed.ok) throw refusal(given, parsed.problem);
      if (before.length >= LIMITS.gates) {
        throw new ThreadmillError('usage', `--fail-if: there are more than ${LIMITS.gates}`);
      }
      return [...before, parsed.gate];
    })
    .default([], 'none')
    .helpGroup('Judgement:');
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
