import type { FlameDiff, PageFlame } from '../../../core/documents/flame.ts';
import { diffFlames } from '../../../profile/diff-trees.ts';
import type { VariantView } from './captures.ts';
import type { SummaryRow } from './rows.ts';
import { noiseAt, type TopChangeRow, topChangeRows } from './top-changes.ts';

/** What changed from one profile to another. */
export interface Difference {
  /** Whether amounts are µs per job; else of the whole profiles. */
  readonly perJob: boolean;
  /** µs of running code. */
  readonly totalA: number;
  readonly totalB: number;
  /** What the two must differ by to be more than sampling noise, µs. */
  readonly noise: number;
  /** The functions that changed most. */
  readonly rows: readonly TopChangeRow[];
}

/** Two variants, and what changed most from the one to the other. */
export interface DifferentialView extends Difference {
  readonly a: string;
  readonly b: string;
}

export interface DiffShape {
  readonly direction: 'top-down' | 'bottom-up';
  readonly collapsed: boolean;
}

export type Side = Pick<PageFlame, 'jobs' | 'data'>;

/** All threads of each side as one, without idle time; per job, or whole times where a side's jobs are not known. */
export function differenceOf(
  a: Side,
  b: Side,
  { direction, collapsed }: DiffShape = { direction: 'top-down', collapsed: false },
): FlameDiff {
  const known = a.jobs !== null && b.jobs !== null;
  const side = ({ data, jobs }: Side) => ({ data, jobs: known ? (jobs ?? 1) : 1 });
  return diffFlames(side(a), side(b), {
    threads: 'one',
    direction,
    recursion: collapsed ? 'all' : 'keep',
  });
}

export function differenceView(a: Side, b: Side): Difference {
  const diff = differenceOf(a, b);
  const [totalA, totalB] = [diff.totalA[0] ?? 0, diff.totalB[0] ?? 0];
  return {
    perJob: a.jobs !== null && b.jobs !== null,
    totalA,
    totalB,
    noise: noiseAt(diff, 0),
    rows: topChangeRows(diff),
  };
}

/** Minimum samples of running code: with fewer, few differences are significant. */
const MIN_SAMPLES = 300;

/**
 * The baseline against the recommended variant, else the fastest other; null without two profiles. Profiles with too
 * few samples are skipped if two others have enough.
 */
export function differentialView(
  variants: readonly VariantView[],
  rows: readonly SummaryRow[],
): DifferentialView | null {
  const all = variants.flatMap(({ variant, flame, jobs, idleShare }) => {
    const samples = flame?.threads.reduce((sum, thread) => sum + thread.samples, 0) ?? 0;
    return flame === null ? [] : [{ variant, data: flame, jobs, busy: samples * (1 - (idleShare ?? 0)) }];
  });
  const enough = all.filter(({ busy }) => busy >= MIN_SAMPLES);
  const profiled = enough.length < 2 ? all : enough;
  const rowOf = (variant: string): SummaryRow | undefined => rows.find((row) => row.variant === variant);
  const speed = (variant: string): number => rowOf(variant)?.speedup?.estimate ?? 0;
  const a = profiled.find(({ variant }) => rowOf(variant)?.isBaseline) ?? profiled[0];
  const others = profiled.filter((side) => side !== a);
  const b =
    others.find(({ variant }) => rowOf(variant)?.isRecommended) ??
    others.toSorted((one, other) => speed(other.variant) - speed(one.variant))[0];
  if (a === undefined || b === undefined) return null;
  return { a: a.variant, b: b.variant, ...differenceView(a, b) };
}
