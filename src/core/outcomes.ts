/**
 * How a job can end. The order is part of the saved format. `not-started` is 0: a zeroed table says that nothing ran.
 */
export const OUTCOMES = [
  'not-started',
  'ok',
  'http-error',
  'timeout',
  'connect-error',
  'reset',
  'protocol-error',
  'threw',
  'worker-crashed',
  'aborted',
  'stale-connection',
  'client-exhausted',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export type OutcomeCounts = Record<Outcome, number>;

export const OUTCOME_CODE = Object.fromEntries(OUTCOMES.map((name, code) => [name, code])) as Record<
  Outcome,
  number
>;

export const STOPPED = 'the run was stopped';

export function noOutcomes(): OutcomeCounts {
  return Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as OutcomeCounts;
}

/** Jobs that were cut off with the run say nothing about the work. */
export const CUT_OFF: readonly Outcome[] = ['ok', 'aborted', 'not-started'];

/** Jobs that ended in anything but these. */
export function failedCount(counts: OutcomeCounts, but: readonly Outcome[] = ['ok']): number {
  return OUTCOMES.reduce((sum, name) => (but.includes(name) ? sum : sum + counts[name]), 0);
}

export function sumOutcomes(trials: readonly { readonly outcomes: OutcomeCounts }[]): OutcomeCounts {
  return trials.reduce((sum, { outcomes }) => addOutcomes(sum, outcomes), noOutcomes());
}

export function addOutcomes(into: OutcomeCounts, from: OutcomeCounts): OutcomeCounts {
  for (const name of OUTCOMES) into[name] += from[name];
  return into;
}
