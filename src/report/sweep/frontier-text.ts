import type { Frontier, Side, SweepAnalysis, SweepAxisName } from '../../types/sweep-analysis.ts';
import type { SweepAxis } from '../../types/sweep-record.ts';
import { listed, sentence } from '../verdict/wording.ts';
import { aboutPlaces, axisPlace, axisTitle, betweenPlaces, sideName } from './wording.ts';

type Sides = readonly [Side, Side];

/**
 * Where the winner changes, in one sentence: over all rows of the map if the change is of one kind. Null where
 * it does not change. It claims a range between decided points; the interpolation is named as such.
 */
export function frontierSentence(
  { frontiers, sides }: SweepAnalysis,
  axes: readonly SweepAxis[],
): string | null {
  const [first] = frontiers;
  const along = axes[0]?.name;
  if (first === undefined || sides === null || along === undefined) return null;
  const rows = new Set(frontiers.map(({ at }) => at));
  if (rows.size < frontiers.length || frontiers.some(({ fromSide }) => fromSide !== first.fromSide)) {
    return `The winner changes more than once along ${axisTitle(along)}: there is no single frontier.`;
  }
  const across = axes[1];
  const where =
    across === undefined || (frontiers.length === 1 && first.at === null)
      ? ''
      : `, at ${rowsText(across, frontiers)}`;
  return `${changeText(frontiers, sides, along)}${where}.`;
}

/** `Threads pay from between 5 and 10 ms of CPU per response (about 6.3 ms by interpolation)`. */
export function changeText(frontiers: readonly Frontier[], sides: Sides, along: SweepAxisName): string {
  const low = Math.min(...frontiers.map(({ from }) => from));
  const high = Math.max(...frontiers.map(({ to }) => to));
  const places = frontiers.flatMap(({ interpolated }) => interpolated ?? []);
  const rising = frontiers[0]!.fromSide === 0;
  const { text, plural } = sideName(sides[1]);
  const claim =
    sides[1].name === 'threads'
      ? `${sentence(text)} pay ${rising ? 'from' : 'up to'} somewhere`
      : `${sentence(text)} ${plural ? 'win' : 'wins'} ${rising ? 'from' : 'up to'} somewhere`;
  const about = places.length < frontiers.length ? '' : ` (${aboutPlaces(along, places)} by interpolation)`;
  return `${claim} ${betweenPlaces(along, low, high)}${about}`;
}

/** `4 to 64 in flight` for neighbours, else each of them. */
function rowsText({ name, values }: SweepAxis, frontiers: readonly Frontier[]): string {
  const rows = values.filter((value) => frontiers.some(({ at }) => at === value));
  const first = values.indexOf(rows[0]!);
  const together = rows.every((row, index) => values[first + index] === row);
  if (rows.length > 2 && together) {
    return `${axisPlace(name, rows[0]!).replace(/ .*/, '')} to ${axisPlace(name, rows.at(-1)!)}`;
  }
  return listed(rows.map((row) => axisPlace(name, row)));
}
