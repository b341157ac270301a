import type { Cell } from '../../core/documents/sweep-analysis.ts';

/** Of a whole sweep without any difference, the share that may have an isolated cell that claims one. */
const ALPHA = 0.05;

/** Marks lone wins: a win counts if a known neighbour agrees, or if it is significant over all points (Bonferroni). */
export function markIsolated(cells: readonly Cell[]): Cell[] {
  return cells.map((cell) => {
    if (cell.side === null) return cell;
    const sure = cell.pValue !== null && cell.pValue * cells.length <= ALPHA;
    return { ...cell, isolated: !sure && !neighbours(cell, cells).some(({ side }) => side === cell.side) };
  });
}

/** The nearest cells that are known, at most two along each axis. */
function neighbours(cell: Cell, cells: readonly Cell[]): Cell[] {
  return cell.at.flatMap((value, axis) => {
    const line = cells
      .filter(
        ({ at, state }) =>
          (state === 'decided' || state === 'level') &&
          at.every((each, index) => index === axis || each === cell.at[index]),
      )
      .sort((one, other) => one.at[axis]! - other.at[axis]!);
    const before = line.findLast(({ at }) => at[axis]! < value);
    const after = line.find(({ at }) => at[axis]! > value);
    return [before, after].filter((each) => each !== undefined);
  });
}
