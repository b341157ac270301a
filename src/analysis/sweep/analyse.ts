import type { Side, SweepAnalysis } from '../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../core/documents/sweep-record.ts';
import { usesWorkers, type VariantName } from '../../core/variants.ts';
import { breakEvenIn } from './break-even.ts';
import { cellOf } from './cells.ts';
import { panelsOf } from './curves.ts';
import { frontiersOf, markIsolated } from './frontier.ts';

/** Everything that follows from what a sweep has measured so far. Pure: the same record, the same analysis. */
export function analyseSweep(record: SweepRecord): SweepAnalysis {
  const sides = sidesOf(record.definition.variants);
  const points = [...record.points].sort((one, other) => compareAt(one.at, other.at));
  const cells = sides === null ? [] : markIsolated(points.map((point) => cellOf(point, sides)));
  return {
    panels: panelsOf(record),
    sides,
    cells,
    frontiers: frontiersOf(cells),
    breakEven: breakEvenIn(record),
  };
}

/** Points are kept in the order in which they were measured; what is shown follows the axes. */
function compareAt(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((value, index) => value !== other[index]);
  return differing < 0 ? 0 : one[differing]! - other[differing]!;
}

/**
 * What a map sets against each other: the main thread and the threads, whichever variants of each there are;
 * else two variants of one kind. Null where there are not two sides.
 */
export function sidesOf(variants: readonly VariantName[]): [Side, Side] | null {
  const threads = variants.filter(usesWorkers);
  const main = variants.filter((variant) => !usesWorkers(variant));
  if (main.length > 0 && threads.length > 0) {
    return [
      { name: 'main-thread', variants: main },
      { name: 'threads', variants: threads },
    ];
  }
  const [one, other] = variants;
  if (one === undefined || other === undefined || variants.length > 2) return null;
  return [
    { name: one, variants: [one] },
    { name: other, variants: [other] },
  ];
}
