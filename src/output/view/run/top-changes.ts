import type { FlameDiff, FrameCategory } from '../../../core/documents/flame.ts';
import { formatMicros } from '../../../core/format.ts';
import { type Change, samplingDeviation, type TopChange, topChanges } from '../../../profile/top-changes.ts';
import { placeOf } from './functions.ts';

const TOP_CHANGES = 20;

/** Standard deviations that a difference must exceed: 1 in 370 does by chance, and tables pick from hundreds. */
const NOISE_DEVIATIONS = 3;

export interface TopChangeRow {
  readonly name: string;
  readonly place: string | null;
  /** Where it was on side A, if that was elsewhere. */
  readonly before: string | null;
  readonly category: FrameCategory;
  /** µs per job. */
  readonly a: number;
  readonly b: number;
  readonly change: Change;
  /** What the difference must exceed to be more than sampling noise, µs per job. */
  readonly noise: number;
  readonly isNoise: boolean;
}

/** The functions whose own (or total) time changed most, those beyond sampling noise first, without `(root)`. */
export function topChangeRows(diff: FlameDiff, by: 'self' | 'total' = 'self'): TopChangeRow[] {
  const rows = topChanges(diff, by)
    .filter(({ frame }) => frame.name !== '(root)')
    .map((each) => topChangeRow(each, by));
  return [...rows.filter(({ isNoise }) => !isNoise), ...rows.filter(({ isNoise }) => isNoise)].slice(
    0,
    TOP_CHANGES,
  );
}

function topChangeRow(top: TopChange, by: 'self' | 'total'): TopChangeRow {
  const { frame, change } = top;
  const [a, b] = by === 'self' ? [top.selfA, top.selfB] : [top.totalA, top.totalB];
  const noise = NOISE_DEVIATIONS * (by === 'self' ? top.sampling : top.totalSampling);
  return {
    name: frame.name,
    place: placeOf(frame),
    before: frame.before === null ? null : placeOf(frame.before),
    category: frame.category,
    a,
    b,
    change,
    noise,
    isNoise: Math.abs(b - a) <= noise,
  };
}

/** `+312 µs`, `−40.0 µs`. */
export function changeText({ a, b }: Pick<TopChangeRow, 'a' | 'b'>): string {
  return `${b < a ? '−' : '+'}${formatMicros(Math.abs(b - a))}`;
}

/** The same for a node of the tree, by its totals. */
export function noiseAt({ totalVarianceA, totalVarianceB, jobsRatio }: FlameDiff, node: number): number {
  const [a, b] = [totalVarianceA[node] ?? 0, totalVarianceB[node] ?? 0];
  return NOISE_DEVIATIONS * samplingDeviation(a, b, jobsRatio);
}
