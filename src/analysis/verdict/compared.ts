import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Verdict } from '../../core/documents/verdict.ts';
import {
  formatFactor,
  formatNumber,
  formatPlural,
  formatRoughPercent,
  listed,
  sentence,
} from '../../core/format.ts';
import type { VariantName } from '../../core/variants.ts';
import { comparedEstimate } from '../comparable.ts';
import { missedRate } from '../warnings/rate.ts';
import { bottleneckOf } from './bottleneck.ts';
import { changeText, crossoverOf } from './change.ts';
import { beats, type Compared, isTied } from './claim.ts';
import { doubtsOf } from './confidence.ts';
import { costOf, costText, savingText } from './cost.ts';
import { freedOf, mainThreadText, movedOf, movedText } from './main-thread.ts';
import { isMeasured, type Measured } from './measured.ts';
import { nativeCostText, poolAdviceText } from './native-threads.ts';
import { adviceText, inconclusiveText } from './noise.ts';
import { detectableOf, type Pair, pairOf, pairsAmong } from './pairs.ts';
import { detectableText } from './rounds.ts';
import type { Draft } from './verdict.ts';
import { detectedText, inBrackets, present, spreadText, timesAsFast, timeText, workText } from './wording.ts';

/** Runs whose times may be compared. */
export function comparedVerdict(record: RunRecord, compared: Compared): Draft {
  return compared.chosen === null
    ? inconclusive(record, compared)
    : recommendation(record, compared, compared.chosen);
}

function recommendation(record: RunRecord, compared: Compared, chosen: Measured): Draft {
  const { outcome, baseline, leaders } = compared;
  const rivals = leaders.flatMap(({ name }) =>
    name === chosen.name ? [] : (pairOf(record, chosen.name, name) ?? []),
  );
  const ties = rivals.flatMap(({ other, verdict, detectable }): Verdict['ties'] =>
    verdict === 'no-difference' || verdict === 'inconclusive'
      ? [{ variant: other, verdict, detectablePercent: detectable }]
      : [],
  );
  const undecided = ties.filter(({ verdict }) => verdict === 'inconclusive').map(({ variant }) => variant);
  const speedup = outcome === 'decided' ? speedupOf(record, compared, chosen) : null;
  const { bottleneck, text } = bottleneckOf(record, chosen);
  const freed = freedOf(record, chosen);
  const moved = movedOf(record);
  return {
    ...{ outcome, recommended: chosen.name, why: null, ties, speedup, bottleneck },
    cost: costOf(record, chosen),
    freed,
    moved,
    crossover: crossoverOf(record, chosen),
    reasons: doubtsOf(record, chosen, undecided),
    headline: headlineOf(record, compared, chosen, speedup, undecided),
    lines: {
      speedup: speedupLines(record, compared, chosen, speedup),
      choice: choiceLines(record, compared, chosen, rivals),
      cost: [
        ...present(costText(record, chosen, besideOf(record, baseline, chosen))),
        ...present(nativeCostText(chosen)),
      ],
      main: mainThreadText(record, chosen, freed),
      moved: movedText(moved),
      bottleneck: present(text),
      change: changeText(record, chosen, bottleneck),
      rounds: present(detectableText(record)),
    },
  };
}

/** Of the recommended variant, or of the leader that it is tied with. A variant that missed the rate has no ratio. */
function speedupOf(record: RunRecord, { baseline, leader }: Compared, chosen: Measured): Verdict['speedup'] {
  const proven = beats(record, chosen, baseline) ? chosen : leader;
  const pair = pairOf(record, proven.name, baseline.name);
  if (pair?.factor == null || pair.verdict !== 'faster') return null;
  if (missedRate(baseline) !== null || missedRate(proven) !== null) return null;
  return { variant: proven.name, baseline: baseline.name, rounds: pair.rounds, ...pair.factor };
}

/** What its costs are shown beside: the baseline, or for the baseline the fastest of the others. */
function besideOf({ variants }: RunRecord, baseline: Measured, chosen: Measured): Measured | null {
  if (chosen !== baseline) return baseline;
  const ms = ({ summary }: Measured) => comparedEstimate(summary).estimate;
  const others = variants.filter(isMeasured).filter((variant) => variant !== baseline);
  return others.reduce<Measured | null>(
    (best, other) => (best === null || ms(other) < ms(best) ? other : best),
    null,
  );
}

function headlineOf(
  record: RunRecord,
  { outcome, baseline, leaders }: Compared,
  chosen: Measured,
  speedup: Verdict['speedup'],
  undecided: readonly VariantName[],
): string {
  const work = workText(record, chosen);
  const missed = missedRate(chosen);
  if (missed !== null) {
    return `Lower the rate: ${chosen.name} is the best, but it starts only ${formatNumber(missed.achieved)} of ${formatNumber(missed.offered)} jobs/s (${work}).`;
  }
  if (outcome === 'no-difference') {
    const cheaper = leaders.length > 2 ? 'cheapest' : 'cheaper';
    return `Use ${chosen.name}, the ${cheaper}: no difference between ${among(namesOf(leaders))} (${work}).`;
  }
  const use =
    undecided.length === 0
      ? `Use ${chosen.name}`
      : `Too close to call between ${among([chosen.name, ...undecided])}; use ${chosen.name}, the ${
          savingText(
            record,
            chosen,
            leaders.filter(({ name }) => undecided.includes(name)),
          ) === null
            ? 'simplest'
            : 'cheapest'
        }`;
  if (chosen === baseline)
    return `${use}: no variant is faster${inBrackets(timeText(record, chosen), work)}.`;
  const slow = missedRate(baseline);
  if (slow !== null) {
    return `${use}: it keeps the rate, and ${baseline.name} starts only ${formatNumber(slow.achieved)} of ${formatNumber(slow.offered)} jobs/s (${work}).`;
  }
  if (speedup === null) return `${use}${inBrackets(work)}.`;
  const which = speedup.variant === chosen.name ? '' : `tied with ${speedup.variant}, which is `;
  return `${use}: ${which}${timesAsFast(speedup)} as ${baseline.name}${inBrackets(spreadText(speedup), work)}.`;
}

/** Two names, or the number of variants: the lines below a headline name them all. */
function among(names: readonly VariantName[]): string {
  return names.length > 2 ? `${names.length} variants` : listed(names);
}

function speedupLines(
  record: RunRecord,
  { baseline, outcome }: Compared,
  chosen: Measured,
  speedup: Verdict['speedup'],
): string[] {
  const own = sentence(timeText(record, chosen));
  if (chosen === baseline || outcome === 'no-difference') {
    const others = record.variants.flatMap(({ name }) => {
      const pair = pairOf(record, name, chosen.name);
      return pair?.factor == null ? [] : [`${name} is ${factorText(pair)}`];
    });
    return [`${own}.`, ...(others.length === 0 ? [] : [`${listed(others)}.`])];
  }
  const medians = `${own}, ${baseline.name} ${timeText(record, baseline).replace(/^[a-z ]+/, '')}.`;
  if (speedup === null) return [medians];
  const paired = `Median ratio of ${formatPlural(speedup.rounds, 'paired round')}.`;
  if (speedup.variant === chosen.name) return [paired, medians];
  const pair = pairOf(record, chosen.name, baseline.name);
  const alone =
    pair?.factor == null ? '' : `; ${chosen.name} alone is ${factorText(pair)}, which is not significant`;
  return [
    `${speedup.variant} is ${factorText({ factor: speedup })} as ${baseline.name}${alone}.`,
    paired,
    medians,
  ];
}

/** `12.5× as fast (95% CI 12.3–12.6×)`. */
function factorText({ factor }: Pick<Pair, 'factor'>): string {
  return factor === null ? 'not compared' : `${timesAsFast(factor)}${inBrackets(spreadText(factor))}`;
}

/** Why this one: what can't be separated from it, in what it is cheaper, and what comes next. */
function choiceLines(
  record: RunRecord,
  { leaders, unbeaten, baseline }: Compared,
  chosen: Measured,
  rivals: readonly Pair[],
): string[] {
  const tied = rivals.filter(isTied);
  const noisy = rivals.filter(({ reason }) => reason === 'too-noisy');
  const open = rivals.filter(({ verdict, reason }) => verdict === 'inconclusive' && reason !== 'too-noisy');
  const slower = rivals.filter(({ verdict }) => verdict === 'faster');
  const names = (pairs: readonly Pair[], joint = 'and') =>
    listed(
      pairs.map(({ other }) => other),
      joint,
    );
  return [
    tied.length > 0 && `Tied with ${names(tied)}${detectedText(detectableOf(tied))}.`,
    noisy.length > 0 &&
      `Inconclusive against ${names(noisy)}: only a difference of ${formatRoughPercent(detectableOf(noisy))} or more would have been detected.`,
    open.length > 0 && `Inconclusive against ${names(open)}: ${names(open, 'or')} may be as fast or faster.`,
    slower.length > 0 && `${names(slower)} ${slower.length === 1 ? 'is' : 'are'} slower.`,
    rivals.length > 0 && whyText(record, leaders, unbeaten, chosen),
    chosen !== baseline && nextText(record, leaders, baseline, chosen),
  ].filter((text) => typeof text === 'string');
}

function whyText(
  record: RunRecord,
  leaders: readonly Measured[],
  unbeaten: readonly Measured[],
  chosen: Measured,
): string {
  const rivals = unbeaten.filter((variant) => variant !== chosen);
  if (rivals.length === 0) return `${chosen.name} is the only variant that no other beats.`;
  const among = rivals.length === leaders.length - 1 ? '' : ' of the variants that no other beats';
  const saving = savingText(record, chosen, rivals);
  return saving === null
    ? `${chosen.name} is the simplest${among}.`
    : `${chosen.name} is the cheapest${among}: ${saving}.`;
}

/** The fastest of those that are slower, but for the baseline: that one is in the headline. */
function nextText(
  record: RunRecord,
  leaders: readonly Measured[],
  baseline: Measured,
  chosen: Measured,
): string | null {
  const [next] = record.variants
    .filter(({ name }) => name !== baseline.name && !leaders.some((leader) => leader.name === name))
    .flatMap(({ name }) => pairOf(record, chosen.name, name) ?? [])
    .filter(({ verdict, factor }) => verdict === 'faster' && factor !== null)
    .sort((a, b) => a.factor!.estimate - b.factor!.estimate);
  return next === undefined
    ? null
    : `Next is ${next.other}: ${chosen.name} is ${timesAsFast(next.factor!)} as ${next.other}${inBrackets(spreadText(next.factor!))}.`;
}

function namesOf(variants: readonly Measured[]): VariantName[] {
  return variants.map(({ name }) => name);
}

/** Nothing is claimed, and what it would take is said. */
function inconclusive(record: RunRecord, compared: Compared): Draft {
  const { baseline, leader, leaders, among } = compared;
  const open = among.filter((pair) => !isTied(pair));
  const tooFew = open.some(({ reason }) => reason === 'too-few-rounds');
  const { bottleneck, text } = tooFew ? { bottleneck: null, text: null } : bottleneckOf(record, leader);
  // Of too few rounds one pair says it all.
  const oneOf = leader === baseline ? open : open.filter(({ other }) => other === baseline.name);
  const shown = tooFew ? oneOf.slice(0, 1) : open;
  const speedup = speedupOf(record, compared, leader);
  const moved = movedOf(record);
  return {
    ...{ outcome: 'inconclusive', recommended: null, why: tooFew ? 'too-few-rounds' : 'too-noisy', ties: [] },
    ...{ speedup, bottleneck, cost: costOf(record, leader), freed: null, moved },
    crossover: crossoverOf(record, leader),
    reasons: [
      tooFew
        ? { code: 'too-few-rounds', text: fewText(record, open) }
        : { code: 'too-noisy', text: `${listed(namesOf(leaders))} can’t be separated` },
      ...doubtsOf(record, leader, []),
    ],
    headline: tooFew
      ? firstImpression(record, compared, open)
      : `Inconclusive: ${listed(namesOf(leaders))} are too close to call${undetectedText(record, leaders)}.`,
    lines: {
      speedup:
        speedup === null ? [] : [`${leader.name} is ${factorText({ factor: speedup })} as ${baseline.name}.`],
      inconclusive: shown.map(inconclusiveText),
      advice: [adviceText(record, open)],
      cost: present(nativeCostText(leader)),
      main: mainThreadText(record, leader, null),
      moved: movedText(moved),
      bottleneck: present(text),
      change: present(poolAdviceText(record, leader)),
    },
  };
}

function undetectedText(record: RunRecord, leaders: readonly Measured[]): string {
  const percent = detectableOf(pairsAmong(record, namesOf(leaders)));
  return percent === null
    ? ''
    : ` (this run could only detect differences of ${formatRoughPercent(percent)} or more)`;
}

/** `3 of 8 rounds needed`. */
function fewText({ rounds }: RunRecord, pairs: readonly Pair[]): string {
  const needed = Math.max(...pairs.map(({ minRounds }) => minRounds));
  return `${rounds.completed} of ${formatPlural(needed, 'round')} needed`;
}

function firstImpression(record: RunRecord, { baseline, leader }: Compared, open: readonly Pair[]): string {
  const few = `Inconclusive (${fewText(record, open)})`;
  const factor = pairOf(record, leader.name, baseline.name)?.factor;
  if (leader === baseline || factor == null) return `${few}: no variant looks faster than ${baseline.name}.`;
  if (missedRate(baseline) !== null || missedRate(leader) !== null) {
    return `${few}: ${leader.name} looks faster than ${baseline.name}.`;
  }
  return `${few}: ${leader.name} looks about ${formatFactor(factor.estimate)} as fast as ${baseline.name}.`;
}
