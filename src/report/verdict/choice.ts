import type { RunRecord } from '../../types/run-record.ts';
import { formatFactorRange } from '../format.ts';
import { type Compared, wasSeen } from './claim.ts';
import { cheapestOf, savingText } from './cost.ts';
import type { Measured } from './measured.ts';
import { type Pair, pairOf } from './pairs.ts';
import { wouldHaveSeen } from './rounds.ts';
import { listed, sentence, spreadName, timesAsFast } from './wording.ts';

/**
 * The cheapest of the leaders that none of the others was found to beat; where the lead is a claim against the
 * baseline, of those that hold it.
 */
export function chosenOf(record: RunRecord, compared: Compared): Measured {
  return cheapestOf(record, holdingOf(record, compared));
}

function holdingOf(record: RunRecord, { outcome, baseline, leaders, leader }: Compared): Measured[] {
  const beats = (one: Measured, other: Measured) =>
    pairOf(record, one.name, other.name)?.verdict === 'faster';
  return leaders.filter(
    (variant) =>
      variant === leader ||
      ((outcome === 'level' || beats(variant, baseline)) && !leaders.some((other) => beats(other, variant))),
  );
}

/** Why this one: what can't be told apart from it, in what it is cheaper, and what comes next. */
export function choiceLines(record: RunRecord, compared: Compared, chosen: Measured): string[] {
  const { outcome, leaders } = compared;
  const others = leaders.filter((variant) => variant !== chosen);
  if (others.length === 0) return nextText(record, compared, chosen);
  const next = nextText(record, compared, chosen);
  if (outcome !== 'level') {
    return [levelText(record, leaders, others), whyText(record, compared, chosen), ...next];
  }
  const saving = savingText(record, chosen, others);
  return [saving === null ? whyText(record, compared, chosen) : `${sentence(saving)}.`, ...next];
}

function whyText(record: RunRecord, compared: Compared, chosen: Measured): string {
  const rivals = holdingOf(record, compared).filter((variant) => variant !== chosen);
  const all = rivals.length === compared.leaders.length - 1;
  const among = all ? 'of them' : `of those found faster than ${compared.baseline.name}`;
  if (rivals.length === 0)
    return `Of these only ${chosen.name} was found faster than ${compared.baseline.name}.`;
  const saving = savingText(record, chosen, rivals);
  if (saving === null) return `${chosen.name} is the simplest ${among}.`;
  return `${chosen.name} is the cheapest ${among}: ${saving}.`;
}

function levelText(record: RunRecord, leaders: readonly Measured[], others: readonly Measured[]): string {
  const pairs = pairsAmong(record, leaders);
  if (pairs.some(({ verdict }) => verdict !== 'no-difference')) {
    return `Whether ${listed(namesOf(others), 'or')} is as fast or faster was not decided.`;
  }
  const seen = wouldHaveSeen(pairs);
  const among = listed(namesOf(leaders));
  if (seen !== null && !pairs.every(wasSeen)) {
    return `Between ${among} nothing was decided: only a difference of ${seen} would have shown.`;
  }
  return `No difference between ${among} that this run could see${seen === null ? '' : ` (it would have seen ${seen})`}.`;
}

/** The quickest of those that were found slower, but for the baseline: that one is in the headline. */
function nextText(record: RunRecord, { leaders, baseline }: Compared, chosen: Measured): string[] {
  const slower = record.variants
    .filter((variant) => variant.name !== baseline.name && !leaders.some(({ name }) => name === variant.name))
    .flatMap((variant) => pairOf(record, variant.name, chosen.name) ?? [])
    .filter(({ verdict, factor }) => verdict === 'slower' && factor !== null)
    .sort((a, b) => b.factor!.estimate - a.factor!.estimate);
  const [next] = slower;
  if (next?.factor == null || chosen === baseline) return [];
  const { factor, one } = next;
  return [
    `Next is ${one}, ${timesAsFast(factor.estimate)} as ${chosen.name} (${spreadName(factor)} ${formatFactorRange(factor.low, factor.high)}).`,
  ];
}

export function pairsAmong(record: RunRecord, variants: readonly Measured[]): Pair[] {
  return variants.flatMap((one, index) =>
    variants.slice(index + 1).flatMap((other) => pairOf(record, one.name, other.name) ?? []),
  );
}

export function namesOf(variants: readonly Measured[]): string[] {
  return variants.map(({ name }) => name);
}
