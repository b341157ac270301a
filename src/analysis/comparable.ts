import type { Estimate, TrialRecord, VariantRecord } from '../core/documents/run-record.ts';
import type { ComparedQuantity, RunSpec } from '../core/documents/spec.ts';
import { failedCount } from '../core/outcomes.ts';
import { type MedianInterval, medianInterval } from '../core/statistics/median-interval.ts';
import { sortNumbers } from '../core/statistics/quantile.ts';
import { sumOrNull } from '../core/statistics/sum-or-null.ts';

/**
 * Trials whose time may be compared: complete, and every job ended ok, but for failures that are allowed. A failed job is
 * often a fast one.
 */
export function comparable(trial: TrialRecord): boolean {
  return trial.wallMs !== null && trial.lost === null && voidingFailures(trial) === 0;
}

/** Jobs that did not end ok, if they keep the trial from being compared; else 0. */
export function voidingFailures({
  outcomes,
  allowedFailures,
  open,
}: Pick<TrialRecord, 'outcomes' | 'allowedFailures' | 'open'>): number {
  const failed = failedCount(outcomes);
  const isAllowed = failed <= allowedFailures && outcomes.ok > 0 && (open?.unsent ?? 0) === 0;
  return isAllowed ? 0 : failed;
}

/** Time in which the trial would have had all its jobs end ok, at its goodput, ms: its wall where none failed. */
export function goodputMs({ wallMs, outcomes }: Pick<TrialRecord, 'wallMs' | 'outcomes'>): number | null {
  if (wallMs === null || outcomes.ok === 0) return null;
  return wallMs * (1 + failedCount(outcomes) / outcomes.ok);
}

export function comparedQuantity({ load }: Pick<RunSpec, 'load'>): ComparedQuantity {
  return load.kind === 'open' ? 'response' : 'wall';
}

/** That quantity of a trial, ms; null where there is none. */
export function comparedMs(trial: TrialRecord): number | null {
  return trial.open === null ? goodputMs(trial) : trial.open.meanResponseMs;
}

/** CPU of the runner process in a trial, all threads, ms; null where it was not read. */
export function trialCpuMs({ cpuUserMs, cpuSystemMs }: TrialRecord): number | null {
  return cpuUserMs === null || cpuSystemMs === null ? null : cpuUserMs + cpuSystemMs;
}

/** The same; null for 0, too: a trial may be shorter than the tick by which some systems count CPU. */
export function countedCpuMs(trial: TrialRecord): number | null {
  const ms = trialCpuMs(trial);
  return ms !== null && ms > 0 ? ms : null;
}

/** Bytes that all threads of a runner held just before a trial, old garbage included; null where not measured. */
export function heldBeforeBytes({ threads }: TrialRecord): number | null {
  return sumOrNull(threads.map(({ heapBeforeBytes }) => heapBeforeBytes));
}

/** Median of a figure over the trials of a variant that count, with its interval; null for none. */
export function trialMedian(
  { trials }: Pick<VariantRecord, 'trials'>,
  figure: (trial: TrialRecord) => number | null,
  level?: number,
): MedianInterval | null {
  const values = trials.filter(comparable).flatMap((trial) => figure(trial) ?? []);
  return medianInterval(sortNumbers(values), level);
}

/** What is compared, over a variant's rounds: what its speedup is a ratio of. */
export function comparedEstimate({ open, wallMs }: NonNullable<VariantRecord['summary']>): Estimate {
  return open === null ? wallMs : open.meanResponseMs;
}

/** Wall of each variant's trial by round, ms, or what else `comparedMs` compares; null where it may not be compared. */
export function wallsByRound(
  variants: readonly VariantRecord[],
): (Pick<VariantRecord, 'name'> & { readonly walls: readonly (number | null)[] })[] {
  const walls = figuresByRound(variants, comparedMs);
  return variants.map(({ name }, index) => ({ name, walls: walls[index]! }));
}

/** The same of any figure of a trial: a list for each variant, in their order. */
export function figuresByRound(
  variants: readonly Pick<VariantRecord, 'trials'>[],
  figure: (trial: TrialRecord) => number | null,
): (number | null)[][] {
  const rounds = variants.reduce(
    (last, { trials }) => trials.reduce((most, { round }) => Math.max(most, round), last),
    0,
  );
  return variants.map(({ trials }) => {
    const byRound = new Map(trials.filter(comparable).map((trial) => [trial.round, figure(trial)]));
    return Array.from({ length: rounds }, (_, index) => byRound.get(index + 1) ?? null);
  });
}

/** The comparable trials of all variants in the order in which they ran. */
export function inOrder(
  variants: readonly VariantRecord[],
): { readonly variant: VariantRecord; readonly trial: TrialRecord }[] {
  return variants
    .flatMap((variant) => variant.trials.filter(comparable).map((trial) => ({ variant, trial })))
    .sort((a, b) => a.trial.round - b.trial.round || a.trial.order - b.trial.order);
}
