import type { Cell, Frontier } from '../../core/documents/sweep-analysis.ts';

/** Of a whole sweep without any difference, the share that may have an isolated cell that claims one. */
const ALPHA = 0.05;

/** Marks isolated wins: a win counts if a known neighbour agrees, or if it is significant over all points (Bonferroni). */
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

type SideIndex = 0 | 1;

/** Where a side begins or ceases to win along the first axis, row by row; an isolated win counts as level. */
export function frontiersOf(cells: readonly Cell[]): Frontier[] {
  const taken = cells.map((cell) =>
    cell.isolated ? { ...cell, state: 'level' as const, side: null } : cell,
  );
  const rows = [...new Set(taken.map(({ at }) => at[1] ?? null))].sort((a, b) => (a ?? 0) - (b ?? 0));
  return rows.flatMap((at) => {
    const row = taken
      .filter((cell) => (cell.at[1] ?? null) === at)
      .sort((one, other) => one.at[0]! - other.at[0]!);
    return alongRow(row).map((frontier) => ({ at, ...frontier }));
  });
}

interface Stretch {
  readonly side: SideIndex;
  readonly cells: readonly Cell[];
}

function alongRow(row: readonly Cell[]): Omit<Frontier, 'at'>[] {
  const known = row.filter(({ state }) => state === 'decided' || state === 'level');
  const stretches = stretchesOf(known);
  const [first] = stretches;
  const last = stretches.at(-1);
  if (first === undefined || last === undefined) return [];
  const before = known[known.indexOf(first.cells[0]!) - 1];
  const after = known[known.indexOf(last.cells.at(-1)!) + 1];
  const changes = stretches.slice(1).map((next, index) => {
    const previous = stretches[index]!;
    return between(row, lastSafe(previous), firstSafe(next), previous.side, next.side);
  });
  return [
    ...(before === undefined ? [] : [between(row, before, firstSafe(first), null, first.side)]),
    ...changes,
    ...(after === undefined ? [] : [between(row, lastSafe(last), after, last.side, null)]),
  ];
}

function stretchesOf(known: readonly Cell[]): Stretch[] {
  const stretches: Stretch[] = [];
  let start = -1;
  let end = -1;
  const close = () => {
    if (start >= 0) stretches.push({ side: known[start]!.side!, cells: known.slice(start, end + 1) });
  };
  for (const [index, { side }] of known.entries()) {
    if (side === null) continue;
    if (start < 0 || side !== known[start]!.side) {
      close();
      start = index;
    }
    end = index;
  }
  close();
  return stretches;
}

/** The first win that no level cell of its stretch follows: before it the side has not won for good. */
function firstSafe({ cells }: Stretch): Cell {
  return cells[cells.findLastIndex(({ side }) => side === null) + 1]!;
}

/** The last win that no level cell of its stretch precedes. */
function lastSafe({ cells }: Stretch): Cell {
  const level = cells.findIndex(({ side }) => side === null);
  return level < 0 ? cells.at(-1)! : cells[level - 1]!;
}

function between(
  row: readonly Cell[],
  from: Cell,
  to: Cell,
  fromSide: SideIndex | null,
  toSide: SideIndex | null,
): Omit<Frontier, 'at'> {
  const cells = row.slice(row.indexOf(from), row.indexOf(to) + 1);
  return {
    from: from.at[0]!,
    to: to.at[0]!,
    fromSide,
    toSide,
    open: cells.slice(1, -1).map((each) => each.at[0]!),
    interpolated: crossing(cells),
  };
}

/** Where the log ratio, taken as straight over the logarithm of the axis, is 0; null if nowhere, or in several places. */
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
