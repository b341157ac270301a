import type { ComparisonRecord, RunRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatPlural } from '../../core/format.ts';
import { maxBy } from '../../core/max-by.ts';
import { minForLevel } from '../../core/statistics/median-interval.ts';
import { minRoundsToClaim } from '../../core/statistics/sign-flip.ts';
import type { WarningDraft } from '../../core/warnings.ts';
import { LONGEST } from '../stopping.ts';
import type { Check } from './finding.ts';
import { percent, timesOf } from './finding.ts';

/** As many as a claim takes, and as the median of a variant takes for an interval of its own. */
export function minRoundsFor(variants: number): number {
  const pairs = (variants * (variants - 1)) / 2;
  return Math.max(minForLevel(0.95), minRoundsToClaim(Math.max(1, pairs)));
}

/** What to aim at instead. Percent. */
const BETTER_PERCENT = 5;
/** No advice to run more than this many times the rounds. */
const MAX_TIMES = 10;

/** Too few rounds for any claim, or for a difference of a size that matters to have shown. */
export const tooFewRounds: Check = (record) => [...noClaimPossible(record), ...couldNotSee(record)];

function noClaimPossible(record: RunRecord): WarningDraft[] {
  const { comparisons, rounds, spec } = record;
  const inconclusive = comparisons.filter(({ reason }) => reason === 'too-few-rounds');
  // Pairs that lost their rounds to failures took no part in the correction, and would the next time.
  const fewest = Math.max(minRoundsFor(spec.variants.length), ...inconclusive.map((pair) => pair.minRounds));
  // Else rounds were lost to failures, which is told already.
  if (inconclusive.length === 0 || rounds.completed >= fewest) return [];
  const spentMs = spec.maxTimeMs * (rounds.completed < spec.minRounds ? LONGEST : 1);
  // 10% more, in whole numbers: multiplying by 1.1 would round up by a second.
  const time = formatCount(Math.ceil((11 * fewest * spentMs) / (10_000 * Math.max(1, rounds.completed))));
  const which = inconclusive.length === comparisons.length ? 'any' : `${inconclusive.length} of the`;
  return [
    {
      code: 'too-few-rounds',
      message: `${rounds.completed === 1 ? '1 round is' : `${rounds.completed} rounds are`} too few to compare ${which} variants, regardless of the ${timesOf(record)}: at least ${fewest} are needed`,
      advice:
        rounds.endedBy === 'max-time'
          ? `That is about --max-time ${time}s; or compare fewer variants (--variants), or make trials shorter (--jobs).`
          : `Give --rounds ${fewest} or more, or use --rounds auto.`,
    },
  ];
}

function couldNotSee({ comparisons }: RunRecord): WarningDraft[] {
  const coarse = comparisons
    .filter(({ reason }) => reason === 'too-noisy')
    .flatMap((pair) => {
      const effect = pair.minimumDetectableEffect;
      return effect === null ? [] : [{ pair, effect }];
    });
  const worst = maxBy(coarse, ({ effect }) => effect);
  if (worst === undefined) return [];
  const { pair, effect } = worst;
  const others = coarse.length === 1 ? '' : ` (and ${formatPlural(coarse.length - 1, 'other pair')})`;
  return [
    {
      code: 'too-few-rounds',
      message: `${pair.a} and ${pair.b}${others} are inconclusive: ${pair.rounds} rounds this noisy only detect a difference of ${percent(effect / 100)} or more`,
      advice: `${moreRounds(pair, effect)}longer trials (--jobs) or a quieter machine would detect smaller differences.`,
    },
  ];
}

/** The error of a median falls with the square root of the rounds. */
function moreRounds({ rounds }: ComparisonRecord, effect: number): string {
  const times = (effect / BETTER_PERCENT) ** 2;
  if (times > MAX_TIMES) return 'More rounds would not help much: ';
  return `About ${Math.ceil(rounds * times)} rounds would detect ${BETTER_PERCENT}%; `;
}
