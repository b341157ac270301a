import type { Interval } from '../../core/documents/estimate.ts';
import type { Cell, Side } from '../../core/documents/sweep-analysis.ts';
import type { PointResult, SweepPoint } from '../../core/documents/sweep-record.ts';
import type { VariantName } from '../../core/variants.ts';
import { detectableOf, type Pair, pairOf } from '../verdict/pairs.ts';

type Duel = Pick<Pair, 'factor' | 'verdict' | 'reason' | 'detectable' | 'pValue'>;

const NO_DUEL: Duel = {
  factor: null,
  verdict: 'inconclusive',
  reason: 'too-few-rounds',
  detectable: null,
  pValue: 1,
};

function duel(result: PointResult, of: VariantName, than: VariantName): Duel {
  return pairOf(result, of, than) ?? NO_DUEL;
}

/** Who wins at a point: a side with a variant that is claimed to be faster than every variant of the other. */
export function cellOf(point: SweepPoint, sides: readonly [Side, Side]): Cell {
  const { key, result } = point;
  const serverSaturated = result?.warnings.some(({ code }) => code === 'server-saturated') ?? false;
  const voided = voidedBy(result);
  const open: Cell = {
    key,
    at: [...point.at],
    state: 'unknown',
    side: null,
    winners: [],
    pValue: null,
    isolated: false,
    factor: null,
    logRatio: null,
    reason: voided,
    unseenPercent: null,
    serverSaturated,
  };
  if (result === null || voided !== null) return open;
  const logRatio = logRatioOf(result, sides);
  for (const side of [0, 1] as const) {
    const others = sides[side === 0 ? 1 : 0].variants;
    const ahead = sides[side].variants.filter((variant) =>
      others.every((other) => duel(result, variant, other).verdict === 'faster'),
    );
    if (ahead.length === 0) continue;
    const winners = ahead.filter((variant) =>
      ahead.every((other) => other === variant || duel(result, variant, other).verdict !== 'slower'),
    );
    return {
      ...open,
      state: 'decided',
      side,
      winners,
      pValue: pValueOf(result, winners, others),
      factor: factorOf(result, winners, others),
      logRatio,
    };
  }
  return { ...open, ...withoutWinner(result, sides), logRatio };
}

function voidedBy(result: PointResult | null): Cell['reason'] {
  if (result === null) return 'not-measured';
  if (result.mismatches > 0) return 'responses-differ';
  return result.variants.some(({ failedJobs, trials }) => failedJobs > 0 || trials === 0)
    ? 'jobs-failed'
    : null;
}

/** Level if the pairs across say so; a side's slower variants may well be told apart from the other's. */
function withoutWinner(
  result: PointResult,
  [main, threads]: readonly [Side, Side],
): Pick<Cell, 'state' | 'reason' | 'unseenPercent'> {
  const across = threads.variants.flatMap((of) => main.variants.map((than) => duel(result, of, than)));
  const level = across.filter(({ verdict }) => verdict === 'no-difference');
  const inconclusive = across.filter(({ verdict }) => verdict === 'inconclusive');
  if (inconclusive.length > 0 || level.length === 0) {
    const reason = REASONS.find((each) => inconclusive.some((pair) => pair.reason === each)) ?? REASONS[2];
    const noisy = inconclusive.filter((pair) => pair.reason === 'too-noisy');
    return {
      state: 'inconclusive',
      reason,
      unseenPercent: reason === 'too-noisy' ? detectableOf(noisy) : null,
    };
  }
  return { state: 'level', reason: null, unseenPercent: detectableOf(level) };
}

/** Why a cell is inconclusive: the first of these that holds for any of its pairs. */
const REASONS = ['too-few-rounds', 'too-noisy', 'interval-and-test-disagree'] as const;

/** ln of how many times as fast the best of side 1 is as the best of side 0. */
function logRatioOf(result: PointResult, [main, threads]: readonly [Side, Side]): number | null {
  const speeds = threads.variants.map((of) => {
    const ratios = main.variants.map((than) => duel(result, of, than).factor?.estimate ?? Number.NaN);
    return Math.log(Math.min(...ratios));
  });
  const best = Math.max(...speeds);
  return Number.isFinite(best) ? best : null;
}

/** Of the best winner over the best of the others, which is the one that it is least ahead of. */
function factorOf(
  result: PointResult,
  winners: readonly VariantName[],
  others: readonly VariantName[],
): Interval | null {
  const leads = winners.flatMap((variant) =>
    others
      .flatMap((other) => duel(result, variant, other).factor ?? [])
      .sort(byEstimate)
      .slice(0, 1),
  );
  const lead = leads.sort(byEstimate).at(-1);
  return lead === undefined ? null : { estimate: lead.estimate, low: lead.low, high: lead.high };
}

const byEstimate = (one: Interval, other: Interval): number => one.estimate - other.estimate;

/** A winner has to beat every one of the others: as sure as the least sure of those claims. */
function pValueOf(
  result: PointResult,
  winners: readonly VariantName[],
  others: readonly VariantName[],
): number {
  return Math.min(
    ...winners.map((variant) => Math.max(...others.map((other) => duel(result, variant, other).pValue))),
  );
}
