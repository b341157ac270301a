import { comparedEstimate } from '../../core/documents/comparable.ts';
import type { Estimate, RunRecord } from '../../core/documents/run-record.ts';
import { formatFactorRange, formatMs, formatPlural } from '../../core/format.ts';
import { boundOf } from './binding.ts';
import { changeText } from './change.ts';
import { choiceLines, namesOf, pairsAmong } from './choice.ts';
import { beats, type Compared, isTied } from './claim.ts';
import { costText } from './cost.ts';
import { isMeasured, type Measured } from './measured.ts';
import { nativeCostText, poolAdviceText } from './native-threads.ts';
import { adviceText, inconclusiveText } from './noise.ts';
import { pairOf } from './pairs.ts';
import { detectableText, wouldHaveSeen } from './rounds.ts';
import type { VerdictDraft } from './verdict-draft.ts';
import {
  atConcurrency,
  inTime,
  listed,
  ofWhat,
  type Part,
  present,
  ranTheJobs,
  sentence,
  spreadName,
  timesAsFast,
} from './wording.ts';

/** Runs whose times may be compared. */
export function comparedVerdict(record: RunRecord, compared: Compared): VerdictDraft {
  const { chosen } = compared;
  if (chosen === null) return inconclusive(record, compared);
  const level = compared.outcome === 'level';
  const bound = boundOf(record, chosen);
  const choice = choiceLines(record, compared, chosen);
  // Where all are level the choice is by cost, and says it.
  const cost =
    level && choice.length > 0 ? null : costText(record, chosen, besideOf(record, compared, chosen));
  return {
    recommended: chosen.name,
    binding: bound?.binding ?? null,
    headline: level ? levelHeadline(record, compared, chosen) : decidedHeadline(record, compared, chosen),
    lines: {
      factor: factorLines(record, compared, chosen),
      choice,
      cost: [...present(cost), ...present(nativeCostText(chosen))],
      limit: present(bound?.text),
      change: changeText(record, chosen, bound?.binding ?? null),
      rounds: present(detectableText(record)),
    },
  };
}

/** What its costs are shown beside: the baseline, or for the baseline the quickest of the others. */
function besideOf({ variants }: RunRecord, { baseline }: Compared, chosen: Measured): Measured | null {
  if (chosen !== baseline) return baseline;
  return variants
    .filter(isMeasured)
    .filter((variant) => variant !== baseline)
    .reduce<Measured | null>(
      (best, other) => (best === null || typical(other) < typical(best) ? other : best),
      null,
    );
}

function decidedHeadline(record: RunRecord, { baseline, leader }: Compared, chosen: Measured): Part[] {
  const use = `Use ${chosen.name}${atConcurrency(chosen)}`;
  if (chosen === baseline) {
    return [`${use}: nothing was faster. It ${ranTheJobs(record)}`, ...inTime(record, baseline), '.'];
  }
  const proven = beats(record, chosen, baseline) ? chosen : leader;
  const factor = { strong: timesAsFast(speedupOf(record, proven, baseline).estimate) };
  const who = proven === chosen ? 'it' : `tied with ${leader.name}, which`;
  return [`${use}: ${who} ${ranTheJobs(record)} `, factor, ` as ${baseline.name}.`];
}

function levelHeadline(record: RunRecord, { leaders }: Compared, chosen: Measured): Part[] {
  const seen = wouldHaveSeen(pairsAmong(record, leaders));
  const rest = ` between ${listed(namesOf(leaders))} that this run could see${seen === null ? '' : ` (it would have seen ${seen})`}`;
  return [
    { strong: 'No difference' },
    `${rest}: use ${chosen.name}, the ${leaders.length > 2 ? 'cheapest' : 'cheaper'}.`,
  ];
}

function typical({ summary }: Measured): number {
  return comparedEstimate(summary).estimate;
}

function speedupOf(record: RunRecord, variant: Measured, baseline: Measured): Estimate {
  const none: Estimate = { estimate: 1, low: 1, high: 1, method: 'range', level: null };
  return pairOf(record, variant.name, baseline.name)?.factor ?? none;
}

function factorLines(record: RunRecord, { baseline, outcome, leader }: Compared, chosen: Measured): string[] {
  const median = formatMs(typical(chosen));
  if (outcome === 'level' || chosen === baseline) {
    const others = record.variants.flatMap(({ name }) => {
      const pair = name === chosen.name ? null : pairOf(record, name, chosen.name);
      if (pair?.factor == null) return [];
      return [`${name} was ${timesAsFast(pair.factor.estimate)} (${spread(pair.factor, pair.rounds)}).`];
    });
    return outcome === 'level' ? [`${chosen.name} took ${median} ${ofWhat(record)}.`, ...others] : others;
  }
  const medians = `${median} against ${formatMs(typical(baseline))} ${ofWhat(record)}`;
  const own = spread(speedupOf(record, chosen, baseline), chosen.summary.trials);
  if (beats(record, chosen, baseline)) return [`${sentence(own)}; ${medians}.`];
  return [
    leadText(record, leader, baseline),
    `${chosen.name} by itself was ${timesAsFast(speedupOf(record, chosen, baseline).estimate)} (${own}; ${medians}), which is not significant.`,
  ];
}

/** A claim: the leader was found faster than the baseline. */
function leadText(record: RunRecord, leader: Measured, baseline: Measured): string {
  const factor = speedupOf(record, leader, baseline);
  return `${leader.name} was ${timesAsFast(factor.estimate)} as ${baseline.name} (${spread(factor, leader.summary.trials)}).`;
}

function spread(factor: Estimate, rounds: number): string {
  return `${spreadName(factor)} ${formatFactorRange(factor.low, factor.high)} over ${formatPlural(rounds, 'round')}`;
}

/** Nothing is claimed, and what it would take is said. */
function inconclusive(record: RunRecord, { baseline, leader, leaders, among }: Compared): VerdictDraft {
  const open = among.filter((pair) => !isTied(pair));
  const tooFew = open.some(({ reason }) => reason === 'too-few-rounds');
  const bound = tooFew ? null : boundOf(record, leader);
  // Of too few rounds one pair says it all.
  const told = tooFew && leader !== baseline ? open.filter(({ other }) => other === baseline.name) : open;
  return {
    recommended: null,
    binding: bound?.binding ?? null,
    headline: tooFew ? firstImpression(record, baseline, leader) : noisyHeadline(leaders),
    lines: {
      factor: beats(record, leader, baseline) ? [leadText(record, leader, baseline)] : [],
      inconclusive: told.map(inconclusiveText),
      advice: [adviceText(record, open)],
      cost: present(nativeCostText(leader)),
      limit: present(bound?.text),
      change: present(poolAdviceText(record, leader)),
    },
  };
}

function firstImpression(record: RunRecord, baseline: Measured, leader: Measured): Part[] {
  const tooFew = 'Too few rounds for a claim; a first impression: ';
  if (leader === baseline) return [`${tooFew}nothing was faster than ${baseline.name}.`];
  const factor = { strong: timesAsFast(speedupOf(record, leader, baseline).estimate) };
  return [`${tooFew}${leader.name} ${ranTheJobs(record)} `, factor, ` as ${baseline.name}.`];
}

function noisyHeadline(leaders: readonly Measured[]): Part[] {
  const rest = `: the rounds differ too much to tell ${listed(namesOf(leaders))} apart.`;
  return [{ strong: 'Inconclusive' }, rest];
}
