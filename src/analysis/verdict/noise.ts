import { cleanText } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatFactorRange, formatPlural, formatRoughPercent } from '../../core/format.ts';
import { MIN_EFFECT } from '../../core/statistics/worth-seeing.ts';
import type { Pair } from './pairs.ts';
import { sentence, spreadName, timesAsFast } from './wording.ts';

/** Warnings of what else was going on. */
const DISTURBED = ['machine-noisy', 'machine-busy', 'another-run'];
/** So many times more rounds than there were are no advice any more. */
const MAX_TIMES = 10;
/** Where a run that decides for itself ends at the latest. */
const MAX_AUTO_ROUNDS = 200;

/** One pair that was not decided, and why. */
export function inconclusiveText({ one, other, factor, reason, rounds, minRounds, unseen }: Pair): string {
  const pair = `${one} against ${other}`;
  if (factor === null) return `${pair}: no round in which both have a trial that counts.`;
  const spread = ` (${spreadName(factor)} ${formatFactorRange(factor.low, factor.high)})`;
  const figures = `${timesAsFast(factor.estimate)}${rounds === 1 ? '' : spread}`;
  if (reason === 'too-few-rounds') {
    return `${pair}: ${figures} over ${formatPlural(rounds, 'round')}; a claim takes ${formatCount(minRounds)}.`;
  }
  if (reason === 'interval-and-test-disagree') {
    return `${pair}: ${figures}; of interval and test only one sees a difference.`;
  }
  const size = unseen === null ? '' : `; only one of ${formatRoughPercent(unseen)} would have shown`;
  return `${pair}: ${figures}${size}.`;
}

/** What to do for the pairs to be decided. */
export function adviceText(record: RunRecord, pairs: readonly Pair[]): string {
  const { spec } = record;
  const fewest = Math.max(
    0,
    ...pairs.filter(({ rounds, minRounds }) => rounds < minRounds).map((p) => p.minRounds),
  );
  if (fewest > 0) {
    return spec.rounds === null
      ? `Give it more time: --max-time, enough for at least ${formatCount(fewest)} rounds.`
      : `Leave out --rounds, or ask for at least ${formatCount(fewest)}.`;
  }
  const disturbed = record.warnings.find(({ code }) => DISTURBED.includes(code));
  const stop =
    disturbed === undefined ? '' : `${sentence(cleanText(disturbed.message))}: stop what else is running. `;
  const needed = roundsToSee(pairs);
  if (needed === null)
    return `${stop}More rounds would hardly help: make trials longer (--jobs), or take a quieter machine.`;
  const have = Math.max(...pairs.map(({ rounds }) => rounds));
  const how =
    spec.rounds === null && needed <= MAX_AUTO_ROUNDS ? 'a longer --max-time' : `--rounds ${needed}`;
  return `${stop}${stop === '' ? 'A' : 'Else a'}bout ${formatCount(needed)} rounds as noisy as these ${formatCount(have)} would show a difference of ${MIN_EFFECT}% (${how}).`;
}

/** What can be detected shrinks with the square root of the rounds. Null for too many, or where it is enough. */
function roundsToSee(pairs: readonly Pair[]): number | null {
  const needed = pairs.map(({ rounds, unseen }) =>
    unseen === null
      ? Number.POSITIVE_INFINITY
      : rounds * (Math.log1p(unseen / 100) / Math.log1p(MIN_EFFECT / 100)) ** 2,
  );
  const most = Number(Math.max(...needed).toPrecision(2));
  const have = Math.max(...pairs.map(({ rounds }) => rounds));
  return most > have && most <= MAX_TIMES * have ? most : null;
}
