import type { SweepAnalysis } from '../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';
import { cellOf } from './cells.ts';
import { panelsOf } from './curves.ts';
import { frontiersOf } from './frontier.ts';
import { markIsolated } from './isolated.ts';
import { sidesOf } from './sides.ts';

/** Everything that follows from what a sweep has measured so far. Pure: the same record, the same analysis. */
export function analyseSweep(record: SweepRecord): SweepAnalysis {
  const sides = sidesOf(record.definition.variants);
  const points = [...record.points].sort((one, other) => compareAt(one.at, other.at));
  const cells = sides === null ? [] : markIsolated(points.map((point) => cellOf(point, sides)));
  return { panels: panelsOf(record), sides, cells, frontiers: frontiersOf(cells) };
}

/** Points are kept in the order in which they were measured; what is shown follows the axes. */
function compareAt(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((value, index) => value !== other[index]);
  return differing < 0 ? 0 : one[differing]! - other[differing]!;
}
