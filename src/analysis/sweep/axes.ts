import type { SweepAxisName } from '../../core/documents/sweep-axes.ts';
import type { SweepAxis } from '../../core/documents/sweep-record.ts';

interface GridPoint {
  readonly key: string;
  readonly at: readonly number[];
}

/** Every combination, the last axis fastest, without points that have more workers than jobs in flight. */
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

/** The axis that curves run along: the one with a law of its own, else the first. The other is constant within a panel. */
export function curveAxis(axes: readonly SweepAxis[]): SweepAxis {
  const named = (name: SweepAxisName) => axes.find((axis) => axis.name === name);
  return named('queue-workers') ?? named('concurrency') ?? named('workers') ?? axes[0]!;
}

/** Along these more of it is meant to give more throughput. */
export function isScalingAxis(name: SweepAxisName): boolean {
  return name === 'concurrency' || name === 'workers' || name === 'queue-workers';
}
