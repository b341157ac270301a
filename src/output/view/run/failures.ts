import { voidingFailures } from '../../../analysis/comparable.ts';
import { cleanText } from '../../../core/clean-text.ts';
import type { JobError, RunRecord, TrialRecord } from '../../../core/documents/run-record.ts';
import { errorKind } from '../../../core/error-kind.ts';
import { groupBy } from '../../../core/group-by.ts';
import { OUTCOMES, type Outcome } from '../../../core/outcomes.ts';
import type { VariantName } from '../../../core/variants.ts';

export interface OutcomeCount {
  readonly outcome: Outcome;
  readonly jobs: number;
}

/** Everything about the jobs of a run that did not end `ok`, each kind of error once. */
export interface FailuresView {
  /** Of all timed trials together. */
  readonly failedJobs: number;
  readonly plannedJobs: number;
  readonly outcomes: readonly OutcomeCount[];
  /** Failures in warm-up trials, which no figure includes. */
  readonly warmupFailedJobs: number;
  readonly timedTrials: number;
  readonly variantsRun: number;
  /** What was in most trials first. */
  readonly kinds: readonly FailureKind[];
  /** Further kinds, which are not shown. */
  readonly moreKinds: number;
  readonly advice: string | null;
  /** The trials are compared all the same. */
  readonly isAllowed: boolean;
}

/** Errors of one kind. A trial quotes only its first few, so that `items` and `trials` are lower bounds. */
export interface FailureKind {
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly code: string | null;
  /** Of the first one; others may differ in numbers. */
  readonly message: string;
  readonly items: readonly FailedItems[];
  /** Further items that were quoted. */
  readonly moreItems: number;
  readonly variants: readonly VariantName[];
  /** Timed trials that quote it; 0: warm-ups only. */
  readonly trials: number;
}

/** Items that are called alike and ask for the same. */
export interface FailedItems {
  /** Their indices, in order. */
  readonly items: readonly number[];
  readonly name: string;
  readonly input: string | null;
}

const MAX_KINDS = 10;
/** Of different items of one kind, and of indices of items that are alike. */
const MAX_ITEMS = 3;
const MAX_INDICES = 5;

interface Quoted {
  readonly variant: VariantName;
  readonly trial: TrialRecord;
  readonly error: JobError;
}

/** Null where every job ended ok. */
export function failuresOf(record: RunRecord): FailuresView | null {
  const { variants, spec, warnings } = record;
  const timed = variants.flatMap(({ trials }) => trials);
  const outcomes = outcomeCounts(timed);
  const failedJobs = total(outcomes);
  const warmupFailedJobs = total(outcomeCounts(variants.flatMap(({ warmups }) => warmups)));
  if (failedJobs + warmupFailedJobs === 0) return null;
  const kinds = kindsOf(
    variants.flatMap(({ name, trials, warmups }) =>
      [...trials, ...warmups].flatMap((trial) =>
        trial.errors.map((error): Quoted => ({ variant: name, trial, error })),
      ),
    ),
  );
  const advice = warnings.find(({ code }) => code === 'jobs-failed' || code === 'warmup-failed')?.advice;
  return {
    failedJobs,
    plannedJobs: timed.length * spec.jobs,
    outcomes,
    warmupFailedJobs,
    timedTrials: timed.length,
    variantsRun: variants.filter(({ trials, warmups }) => trials.length + warmups.length > 0).length,
    kinds: kinds.slice(0, MAX_KINDS),
    moreKinds: Math.max(0, kinds.length - MAX_KINDS),
    advice: advice === undefined ? null : cleanText(advice),
    isAllowed: failedJobs > 0 && timed.every((trial) => voidingFailures(trial) === 0),
  };
}

function kindsOf(quoted: readonly Quoted[]): FailureKind[] {
  return [...groupBy(quoted, ({ error }) => errorKind(error)).values()]
    .map(kindOf)
    .sort((a, b) => b.trials - a.trials);
}

function kindOf(quoted: readonly Quoted[]): FailureKind {
  const { outcome, status, code, message } = quoted[0]!.error;
  const alike = itemsOf(quoted.map(({ error }) => error));
  const shown = alike.slice(0, MAX_ITEMS);
  const all = new Set(quoted.map(({ error }) => error.item)).size;
  return {
    outcome,
    status,
    code: code === null ? null : cleanText(code, 60),
    message: cleanText(message),
    items: shown,
    moreItems: all - shown.reduce((sum, { items }) => sum + items.length, 0),
    variants: [...new Set(quoted.map(({ variant }) => variant))],
    trials: new Set(quoted.flatMap(({ trial }) => (trial.round === 0 ? [] : [trial]))).size,
  };
}

function itemsOf(errors: readonly JobError[]): FailedItems[] {
  const byItem = new Map(errors.map((error) => [error.item, error]));
  const alike = new Map<string, { items: number[]; name: string; input: string | null }>();
  for (const { item, name, input } of [...byItem.values()].sort((a, b) => a.item - b.item)) {
    const key = JSON.stringify([name, input]);
    const one = alike.get(key) ?? {
      items: [],
      name: cleanText(name, 80),
      input: input === null ? null : cleanText(input, 200),
    };
    if (one.items.length < MAX_INDICES) one.items.push(item);
    alike.set(key, one);
  }
  return [...alike.values()];
}

/** Of all outcomes but `ok`, the most frequent first. */
export function outcomeCounts(trials: readonly TrialRecord[]): OutcomeCount[] {
  return OUTCOMES.filter((outcome) => outcome !== 'ok')
    .map((outcome) => ({ outcome, jobs: trials.reduce((sum, trial) => sum + trial.outcomes[outcome], 0) }))
    .filter(({ jobs }) => jobs > 0)
    .sort((a, b) => b.jobs - a.jobs);
}

function total(counts: readonly OutcomeCount[]): number {
  return counts.reduce((sum, { jobs }) => sum + jobs, 0);
}
