import { SWEEP_AXES, type SweepAxisName } from '../../core/documents/sweep-axes.ts';
import type { SweepAxis } from '../../core/documents/sweep-record.ts';

/** A point of the grid before anything is known of it. */
export interface GridPoint {
  readonly key: string;
  /** Values of the axes, in their order. */
  readonly at: readonly number[];
}

/** The axes in the order of SWEEP_AXES. */
export function ordered(axes: readonly SweepAxis[]): SweepAxis[] {
  return SWEEP_AXES.flatMap((name) => axes.filter((axis) => axis.name === name));
}

/**
 * Every combination of the axes' values, the last axis varying fastest. Left out are those with more workers
 * than jobs in flight: a run gives a thread that could never have a job no thread at all, so such a point
 * would be another one under a false name.
 */
export function gridOf(axes: readonly SweepAxis[]): GridPoint[] {
  const combinations = axes.reduce<number[][]>(
    (sum, { values }) => sum.flatMap((at) => values.map((value) => [...at, value])),
    [[]],
  );
  const concurrency = axes.findIndex(({ name }) => name === 'concurrency');
  const workers = axes.findIndex(({ name }) => name === 'workers');
  return combinations
    .filter((at) => concurrency < 0 || workers < 0 || at[workers]! <= at[concurrency]!)
    .map((at) => ({ key: keyOf(axes, at), at }));
}

/** `cpu-5_concurrency-16`. */
export function keyOf(axes: readonly SweepAxis[], at: readonly number[]): string {
  return axes.map(({ name }, index) => `${name}-${at[index]}`).join('_');
}

export function valueAt(
  axes: readonly SweepAxis[],
  at: readonly number[],
  name: SweepAxisName,
): number | null {
  const index = axes.findIndex((axis) => axis.name === name);
  return index < 0 ? null : (at[index] ?? null);
}

/**
 * The axis that curves run along: the one with a law of its own if there is one, else the first. The other is
 * constant within a panel.
 */
export function curveAxis(axes: readonly SweepAxis[]): SweepAxis {
  const named = (name: SweepAxisName) => axes.find((axis) => axis.name === name);
  return named('concurrency') ?? named('workers') ?? axes[0]!;
}
