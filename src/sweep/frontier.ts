import type { Cell, Frontier } from '../types/sweep-analysis.ts';

/**
 * Where the winning side changes along the first axis, in each row of the second. Between two decided cells
 * only: what lies between them undecided widens the range. `cells` in any order.
 */
export function frontiersOf(cells: readonly Cell[]): Frontier[] {
  const rows = [...new Set(cells.map(({ at }) => at[1] ?? null))].sort((a, b) => (a ?? 0) - (b ?? 0));
  return rows.flatMap((row) =>
    alongRow(
      cells.filter(({ at }) => (at[1] ?? null) === row).sort((one, other) => one.at[0]! - other.at[0]!),
      row,
    ),
  );
}

function alongRow(row: readonly Cell[], at: number | null): Frontier[] {
  const found: Frontier[] = [];
  let last = -1;
  for (const [index, cell] of row.entries()) {
    if (cell.state !== 'decided' || cell.side === null) continue;
    const before = row[last];
    if (before !== undefined && before.side !== null && before.side !== cell.side) {
      const between = row.slice(last, index + 1);
      found.push({
        at,
        from: before.at[0]!,
        to: cell.at[0]!,
        fromSide: before.side,
        undecided: between.slice(1, -1).map((each) => each.at[0]!),
        interpolated: crossing(between),
      });
    }
    last = index;
  }
  return found;
}

/**
 * Where the log ratio is 0, on straight lines between measured points: over the logarithm of the axis, whose
 * values grow by factors, or over the axis itself from 0. Null if it is 0 in several places, or in none.
 */
function crossing(cells: readonly Cell[]): number | null {
  const points = cells.flatMap(({ at, logRatio }) => (logRatio === null ? [] : [{ x: at[0]!, y: logRatio }]));
  const places: number[] = [];
  for (const [index, { x, y }] of points.entries()) {
    const next = points[index + 1];
    if (next === undefined || y < 0 === next.y < 0) continue;
    const share = y / (y - next.y);
    places.push(x > 0 ? x * (next.x / x) ** share : x + share * (next.x - x));
  }
  return places.length === 1 ? places[0]! : null;
}
