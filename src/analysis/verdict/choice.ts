import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatFactorRange } from '../../core/format.ts';
import { type Compared, isTied } from './claim.ts';
import { savingText } from './cost.ts';
import type { Measured } from './measured.ts';
import { type Pair, pairOf } from './pairs.ts';
import { wouldHaveSeen } from './rounds.ts';
import { listed, sentence, spreadName, timesAsFast } from './wording.ts';

/** Why this one: what can't be told apart from it, in what it is cheaper, and what comes next. */
export function choiceLines(record: RunRecord, compared: Compared, chosen: Measured): string[] {
  const { outcome, leaders } = compared;
  const others = leaders.filter((variant) => variant !== chosen);
  if (others.length === 0) return nextText(record, compared, chosen);
  const next = nextText(record, compared, chosen);
  if (outcome !== 'level') {
    return [...rivalTexts(record, compared, chosen), whyText(record, compared, chosen), ...next];
  }
  const saving = savingText(record, chosen, others);
  return [saving === null ? whyText(record, compared, chosen) : `${sentence(saving)}.`, ...next];
}

function whyText(record: RunRecord, { leaders, unbeaten }: Compared, chosen: Measured): string {
  const rivals = unbeaten.filter((variant) => variant !== chosen);
  const among = rivals.length === leaders.length - 1 ? 'of them' : 'of those that no variant beat';
  if (rivals.length === 0) return `Of these only ${chosen.name} was beaten by no variant.`;
  const saving = savingText(record, chosen, rivals);
  if (saving === null) return `${chosen.name} is the simplest ${among}.`;
  return `${chosen.name} is the cheapest ${among}: ${saving}.`;
}

/** How it compares with each other leader, by the verdict of that pair. */
function rivalTexts(record: RunRecord, { leaders }: Compared, chosen: Measured): string[] {
  const pairs = leaders.flatMap((other) => pairOf(record, chosen.name, other.name) ?? []);
  const tied = pairs.filter(isTied);
  const noisy = pairs.filter(({ reason }) => reason === 'too-noisy');
  const open = pairs.filter(({ verdict, reason }) => verdict === 'inconclusive' && reason !== 'too-noisy');
  const slower = pairs.filter(({ verdict }) => verdict === 'faster');
  const names = (list: readonly Pair[], joint: string) =>
    listed(
      list.map(({ other }) => other),
      joint,
    );
  const seen = wouldHaveSeen(tied);
  const inBrackets = seen === null ? '' : ` (it would have seen ${seen})`;
  const between = pairsAmong(record, leaders).every(isTied)
    ? listed(namesOf(leaders))
    : `${chosen.name} and ${names(tied, 'or')}`;
  return [
    tied.length > 0 && `No difference between ${between} that this run could see${inBrackets}.`,
    noisy.length > 0 &&
      `Between ${chosen.name} and ${names(noisy, 'or')} nothing was decided: only a difference of ${wouldHaveSeen(noisy)} would have shown.`,
    open.length > 0 && `Whether ${names(open, 'or')} is as fast or faster was not decided.`,
    slower.length > 0 && `${names(slower, 'and')} ${slower.length === 1 ? 'was' : 'were'} slower.`,
  ].filter((text) => text !== false);
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
