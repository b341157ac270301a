import type { CurvePoint } from '../../core/documents/sweep-analysis.ts';
import { maxBy } from '../../core/max-by.ts';

export interface UsablePoint extends Pick<CurvePoint, 'key' | 'n'> {
  readonly throughput: NonNullable<CurvePoint['throughput']>;
}

/** Points of a curve that count in fits and comparisons. */
export function usablePoints(points: readonly CurvePoint[]): UsablePoint[] {
  return points.flatMap(({ key, n, throughput, excluded }) =>
    excluded !== null || throughput === null ? [] : [{ key, n, throughput }],
  );
}

/** The one with the highest throughput, the first of equals. */
export function highestOf(points: readonly UsablePoint[]): UsablePoint | undefined {
  return maxBy(points, ({ throughput }) => throughput.estimate);
}
