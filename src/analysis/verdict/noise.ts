import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatCount, formatPlural, formatRoughPercent } from '../../core/format.ts';
import { MIN_EFFECT } from '../../core/statistics/min-effect.ts';
import { MAX_AUTO_ROUNDS } from '../stopping.ts';
import type { Pair } from './pairs.ts';
import { inBrackets, spreadText, timesAsFast } from './wording.ts';

const DISTURBED = ['machine-noisy', 'machine-busy', 'another-run'];
/** No advice to run more than this many times the rounds. */
const MAX_TIMES = 10;

export function inconclusiveText(pair: Pair): string {
  const { one, other, factor, reason, rounds, minRounds, detectable } = pair;
  if (factor === null) return `${one} and ${other} have no comparable round in common.`;
  const figures = `${one} looks ${timesAsFast(factor)} as ${other}${inBrackets(spreadText(factor), formatPlural(rounds, 'round'))}`;
  if (reason === 'too-few-rounds') return `${figures}; a claim needs ${formatCount(minRounds)} rounds.`;
  if (reason === 'interval-and-test-disagree') {
    return `${figures}; only one of interval and test shows a difference.`;
  }
  return detectable === null
    ? `${figures}.`
    : `${figures}; only a difference of ${formatRoughPercent(detectable)} or more would have been detected.`;
}

export function adviceText(record: RunRecord, pairs: readonly Pair[]): string {
  const { spec } = record;
  const fewest = Math.max(
    0,
    ...pairs.filter(({ rounds, minRounds }) => rounds < minRounds).map((p) => p.minRounds),
  );
  if (fewest > 0) {
    return spec.rounds === null
      ? `Raise --max-time until at least ${formatCount(fewest)} rounds fit.`
      : `Omit --rounds, or use at least ${formatCount(fewest)}.`;
  }
  const disturbed = record.warnings.find(({ code }) => DISTURBED.includes(code));
  const stop = disturbed === undefined ? '' : 'Stop other programs and run again. ';
  const needed = roundsToSee(pairs);
  if (needed === null)
    return `${stop}More rounds would not help: make trials longer (--jobs), or use a quieter machine.`;
  const have = Math.max(...pairs.map(({ rounds }) => rounds));
  const how =
    spec.rounds === null && needed <= MAX_AUTO_ROUNDS ? 'a longer --max-time' : `--rounds ${needed}`;
  return `${stop}About ${formatCount(needed)} rounds as noisy as these ${formatCount(have)} would detect a difference of ${MIN_EFFECT}% (${how}).`;
}

/** What can be detected shrinks with the square root of the rounds. Null for too many, or where it is enough. */
function roundsToSee(pairs: readonly Pair[]): number | null {
  const needed = pairs.map(({ rounds, detectable }) =>
    detectable === null
      ? Number.POSITIVE_INFINITY
      : rounds * (Math.log1p(detectable / 100) / Math.log1p(MIN_EFFECT / 100)) ** 2,
  );
  const most = Number(Math.max(...needed).toPrecision(2));
  const have = Math.max(...pairs.map(({ rounds }) => rounds));
  return most > have && most <= MAX_TIMES * have ? most : null;
}
