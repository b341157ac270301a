import { diffFlames } from '../../profile/diff-trees.ts';
import type { FlameDiff } from '../../types/flame.ts';
import type { PageFlame } from '../page-data.ts';
import { type MoverRow, moverRows } from './movers.ts';
import type { SummaryRow, VariantView } from './view.ts';

/** Two variants, and what changed most from the one to the other. */
export interface DifferentialView {
  readonly a: string;
  readonly b: string;
  /** Whether amounts are µs per job; else of the whole profiles. */
  readonly perJob: boolean;
  /** µs of running code. */
  readonly totalA: number;
  readonly totalB: number;
  readonly rows: readonly MoverRow[];
}

export interface DiffShape {
  readonly direction: 'top-down' | 'bottom-up';
  readonly collapsed: boolean;
}

type Side = Pick<PageFlame, 'jobs' | 'data'>;

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

/** The baseline against what is recommended, or else against the quickest other; null without two profiles. */
export function differentialView(
  variants: readonly VariantView[],
  rows: readonly SummaryRow[],
): DifferentialView | null {
  const profiled = variants.flatMap(({ variant, flame, jobs }) =>
    flame === null ? [] : [{ variant, data: flame, jobs }],
  );
  const rowOf = (variant: string): SummaryRow | undefined => rows.find((row) => row.variant === variant);
  const speed = (variant: string): number => rowOf(variant)?.speedup?.estimate ?? 0;
  const a = profiled.find(({ variant }) => rowOf(variant)?.isBaseline) ?? profiled[0];
  const others = profiled.filter((side) => side !== a);
  const b =
    others.find(({ variant }) => rowOf(variant)?.isRecommended) ??
    others.toSorted((one, other) => speed(other.variant) - speed(one.variant))[0];
  if (a === undefined || b === undefined) return null;
  const diff = differenceOf(a, b);
  return {
    a: a.variant,
    b: b.variant,
    perJob: a.jobs !== null && b.jobs !== null,
    totalA: diff.totalA[0] ?? 0,
    totalB: diff.totalB[0] ?? 0,
    rows: moverRows(diff),
  };
}
