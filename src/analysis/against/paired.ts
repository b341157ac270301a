import type { NoClaimReason } from '../../core/documents/comparison.ts';
import type { RunRecord, TrialRecord } from '../../core/documents/run-record.ts';
import { confidenceSequence } from '../../core/statistics/confidence-sequence.ts';
import { logRatios, type Walls } from '../../core/statistics/log-ratio.ts';
import { PROCESS_DIFFERENCE } from '../../core/statistics/min-effect.ts';
import type { VariantName } from '../../core/variants.ts';
import { comparedMs, countedCpuMs, figuresByRound } from '../comparable.ts';
import { blockedBy } from '../comparison/samples.ts';

/** Runs of two versions, and of the base once more, that took turns in the same rounds. */
export interface Versions {
  readonly base: RunRecord;
  readonly baseAgain: RunRecord;
  readonly change: RunRecord;
}

/** One figure of a variant, round by round, as logarithms of ratios. */
export interface PairedFigure {
  /** Change ÷ base. */
  readonly values: readonly number[];
  /** Base once more ÷ base. */
  readonly baseAgain: readonly number[];
  readonly blocked: NoClaimReason | null;
}

export interface PairedVariant {
  readonly name: VariantName;
  readonly walls: PairedFigure;
  /** Of one job. */
  readonly cpu: PairedFigure;
}

/** Of every variant; only rounds in which both trials of a ratio count. */
export function pairedVariants(versions: Versions): PairedVariant[] {
  const { base, baseAgain, change } = versions;
  const walls = byName(versions, comparedMs);
  const cpu = byName(versions, countedCpuMs);
  return change.variants.map(({ name }) => {
    const blocked = blockedBy(name, base) ?? blockedBy(name, baseAgain) ?? blockedBy(name, change);
    return { name, walls: { ...walls(name), blocked }, cpu: { ...cpu(name), blocked } };
  });
}

function byName(
  { base, baseAgain, change }: Versions,
  figure: (trial: TrialRecord) => number | null,
): (name: VariantName) => Pick<PairedFigure, 'values' | 'baseAgain'> {
  const [ofBase, again, ofChange] = [base, baseAgain, change].map(({ variants }) => {
    const figures = figuresByRound(variants, figure);
    return (name: VariantName): Walls => figures[variants.findIndex((each) => each.name === name)] ?? [];
  }) as [Of, Of, Of];
  return (name) => ({
    values: logRatios(ofChange(name), ofBase(name)),
    baseAgain: logRatios(again(name), ofBase(name)),
  });
}

type Of = (name: VariantName) => Walls;

/** The largest change, as a logarithm, that the base against itself may show, at least 1%. Null: too few rounds. */
export function noiseFloor({ baseAgain }: Pick<PairedFigure, 'baseAgain'>): number | null {
  const interval = confidenceSequence(baseAgain);
  if (interval === null || interval.method === 'range') return null;
  return Math.max(PROCESS_DIFFERENCE, Math.abs(interval.low), Math.abs(interval.high));
}

/** Advice names at most this many times the rounds that were run. */
const MAX_TIMES = 50;

/**
 * Rounds likely to decide whether a change exceeds `threshold`, a logarithm: intervals narrow with √rounds. Null if no
 * number of rounds can decide it, or too many would be needed.
 */
export function roundsToDecide({ values, baseAgain }: PairedFigure, threshold: number): number | null {
  const [change, again] = [confidenceSequence(values), confidenceSequence(baseAgain)];
  if (change?.method !== 'sequence' || again?.method !== 'sequence') return null;
  // Two processes of the same code differ by this much: a smaller gate cannot pass.
  if (threshold < PROCESS_DIFFERENCE && change.estimate <= PROCESS_DIFFERENCE) return null;
  const limit = Math.max(threshold, PROCESS_DIFFERENCE);
  const halfWidth = ({ low, high }: typeof change) => (high - low) / 2;
  const times = Math.max(
    halfWidth(change) / Math.abs(change.estimate - limit),
    halfWidth(again) / Math.max(0, limit - Math.abs(again.estimate)),
  );
  const needed = Math.ceil(values.length * Math.max(1, times ** 2));
  return needed <= MAX_TIMES * values.length ? needed : null;
}
