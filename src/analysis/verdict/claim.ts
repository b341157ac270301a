import type { RunRecord } from '../../core/documents/run-record.ts';
import type { WhyNot } from '../../core/documents/verdict.ts';
import { maxBy } from '../../core/max-by.ts';
import { isUnfair } from '../fairness.ts';
import { aaFailed } from '../gates/exit-code.ts';
import { cheapestOf } from './cost.ts';
import { failedJobsOf, isMeasured, type Measured, unsentJobsOf } from './measured.ts';
import { type Pair, pairOf } from './pairs.ts';

/** What the run allows to be said about who is faster. Only `compared` says anything. */
export type Claim =
  | { readonly kind: 'void'; readonly why: Exclude<WhyNot, 'one-variant' | 'too-few-rounds' | 'too-noisy'> }
  | { readonly kind: 'single'; readonly only: Measured }
  | Compared;

export interface Compared {
  readonly kind: 'compared';
  /**
   * `decided`: the leaders beat the baseline, or it leads alone. `no-difference`: it is tied with every other leader.
   */
  readonly outcome: 'decided' | 'no-difference' | 'inconclusive';
  readonly baseline: Measured;
  readonly leader: Measured;
  /** The leader and whatever can't be told apart from it, in the order of the run. */
  readonly leaders: readonly Measured[];
  /** The leader against each other one of `leaders`. */
  readonly among: readonly Pair[];
  readonly unbeaten: readonly Measured[];
  /** The cheapest of `unbeaten`: what to use. Null where inconclusive. */
  readonly chosen: Measured | null;
}

export function claimOf(record: RunRecord): Claim {
  const measured = record.variants.filter(isMeasured);
  const isVoid = (why: Extract<Claim, { kind: 'void' }>['why']): Claim => ({ kind: 'void', why });
  if (record.status === 'failed' && (record.failure !== null || measured.length === 0)) {
    return isVoid('run-failed');
  }
  if (record.equivalence.mismatches > 0) return isVoid('responses-differ');
  const trials = record.variants.flatMap((variant) => variant.trials);
  const failed = trials.reduce((sum, trial) => sum + failedJobsOf(trial), 0);
  if (failed > 0) {
    const unsent = trials.reduce((sum, trial) => sum + unsentJobsOf(trial), 0);
    return isVoid(unsent === failed ? 'jobs-unsent' : 'jobs-failed');
  }
  const [first] = measured;
  if (first === undefined) return isVoid('nothing-measured');
  if (isUnfair(record, ...record.spec.variants)) return isVoid('clients-differ');
  if (aaFailed(record)) return isVoid('aa-failed');
  if (measured.length === 1) return { kind: 'single', only: first };
  return compared(record, measured) ?? isVoid('nothing-measured');
}

function compared(record: RunRecord, measured: readonly Measured[]): Compared | null {
  const baseline = measured.find(({ name }) => name === record.equivalence.baseline);
  if (baseline === undefined) return null;
  const paired = measured.filter(
    (variant) => variant === baseline || pairOf(record, variant.name, baseline.name) !== null,
  );
  if (paired.length < 2) return null;
  // Medians of ratios need not be transitive: whoever is beaten does not lead, whatever its own factor.
  const isBeaten = (variant: Measured) => paired.some((other) => beats(record, other, variant));
  const candidates = paired.filter((variant) => !isBeaten(variant));
  const leader = maxBy(candidates.length > 0 ? candidates : paired, (variant) =>
    factorOf(record, variant, baseline),
  )!;
  const among = paired.flatMap((variant) => {
    const pair = variant === leader ? null : pairOf(record, leader.name, variant.name);
    return pair === null || pair.verdict === 'faster' ? [] : [pair];
  });
  const leaders = paired.filter(
    (variant) => variant === leader || among.some(({ other }) => other === variant.name),
  );
  const unbeaten = leaders.filter((variant) => variant === leader || !isBeaten(variant));
  const cheapest = cheapestOf(record, unbeaten);
  const inLead = { baseline, leader, leaders, among, unbeaten };
  const outcome = outcomeOf(record, inLead, cheapest);
  return { kind: 'compared', ...inLead, outcome, chosen: outcome === 'inconclusive' ? null : cheapest };
}

function outcomeOf(
  record: RunRecord,
  { baseline, leader, leaders, among }: Pick<Compared, 'baseline' | 'leader' | 'leaders' | 'among'>,
  cheapest: Measured,
): Compared['outcome'] {
  if (leaders.includes(baseline)) {
    if (among.length === 0) return 'decided';
    return among.every(isTied) ? 'no-difference' : 'inconclusive';
  }
  if (cheapest === leader || beats(record, cheapest, baseline)) return 'decided';
  // The leader beat the baseline, the cheapest by itself did not.
  return among.some((pair) => pair.other === cheapest.name && isTied(pair)) ? 'decided' : 'inconclusive';
}

function factorOf(record: RunRecord, variant: Measured, baseline: Measured): number {
  if (variant === baseline) return 1;
  return pairOf(record, variant.name, baseline.name)?.factor?.estimate ?? 0;
}

export function beats(record: RunRecord, one: Measured, other: Measured): boolean {
  return pairOf(record, one.name, other.name)?.verdict === 'faster';
}

export function isTied({ verdict }: Pair): boolean {
  return verdict === 'no-difference';
}
