import type { Cell, Frontier, Side, SweepAnalysis } from '../../../core/documents/sweep-analysis.ts';
import type { SweepAxisName } from '../../../core/documents/sweep-axes.ts';
import type { SweepAxis } from '../../../core/documents/sweep-record.ts';
import { listed, sentence } from '../../../core/format.ts';
import {
  aboutPlaces,
  axisPlace,
  axisSpan,
  axisTitle,
  axisWhole,
  betweenPlaces,
  sideName,
} from './wording.ts';

interface Claim {
  readonly side: 0 | 1;
  readonly how: 'from' | 'up to';
}

/** The second side is what one asks about: threads, mostly. Of the first only what is not said by that. */
function claimOf({ fromSide, toSide }: Frontier): Claim {
  if (toSide === 1) return { side: 1, how: 'from' };
  if (fromSide === 1) return { side: 1, how: 'up to' };
  return toSide === 0 ? { side: 0, how: 'from' } : { side: 0, how: 'up to' };
}

/** Where the winner changes, in sentences; rows that say the same are joined. Empty where nothing changes. */
export function frontierSentences(
  { frontiers, sides, cells }: SweepAnalysis,
  axes: readonly SweepAxis[],
): string[] {
  const [across, down] = axes;
  if (sides === null || across === undefined || frontiers.length === 0) return [];
  const rowsOf = (claim: Claim) =>
    frontiers.filter((each) => {
      const { side, how } = claimOf(each);
      return side === claim.side && how === claim.how;
    });
  const claims: readonly Claim[] = [
    { side: 1, how: 'from' },
    { side: 1, how: 'up to' },
    { side: 0, how: 'from' },
    { side: 0, how: 'up to' },
  ];
  const several = down === undefined && frontiers.filter((each) => claimOf(each).side === 1).length > 1;
  const sentences = claims.flatMap((claim) => {
    const found = rowsOf(claim);
    if (found.length === 0) return [];
    const differ = new Set(found.map(({ from, to }) => `${from} ${to}`)).size > 1;
    const rows =
      down === undefined
        ? ''
        : `${differ ? `, depending on ${axisWhole(down.name)}` : ''}, at ${rowsText(down, found)}`;
    return [`${claimText(found, claim, sides, across.name)}${rows}.`];
  });
  const notSingle = several ? [`The winner changes more than once along ${axisTitle(across.name)}.`] : [];
  return [
    ...notSingle,
    ...sentences,
    ...(down === undefined ? [] : steadyRows(frontiers, cells, sides, down)),
  ];
}

/** `Threads win above a value between 5 and 10 ms of CPU per response (interpolated: about 6.3 ms)`. */
function claimText(
  found: readonly Frontier[],
  { side, how }: Claim,
  sides: readonly [Side, Side],
  along: SweepAxisName,
): string {
  const low = Math.min(...found.map(({ from }) => from));
  const high = Math.max(...found.map(({ to }) => to));
  const places = found.flatMap(({ interpolated }) => interpolated ?? []);
  const about = places.length < found.length ? '' : ` (interpolated: ${aboutPlaces(along, places)})`;
  const { text, plural } = sideName(sides[side]);
  const name = side === 1 && plural ? sentence(text) : text;
  return `${name} ${plural ? 'win' : 'wins'} ${how === 'from' ? 'above' : 'below'} a value ${betweenPlaces(along, low, high)}${about}`;
}

function steadyRows(
  frontiers: readonly Frontier[],
  cells: readonly Cell[],
  sides: readonly [Side, Side],
  down: SweepAxis,
): string[] {
  const texts = new Map<string, number[]>();
  for (const row of down.values.filter((value) => frontiers.every(({ at }) => at !== value))) {
    const decided = cells.filter(
      ({ at, state, isolated }) => at[1] === row && state === 'decided' && !isolated,
    );
    const winner = decided[0]?.side == null ? null : sideName(sides[decided[0].side]);
    const text =
      winner === null
        ? 'neither side wins anywhere'
        : `${winner.text} ${winner.plural ? 'win' : 'wins'} throughout`;
    texts.set(text, [...(texts.get(text) ?? []), row]);
  }
  return [...texts].map(
    ([text, rows]) =>
      `At ${rowsText(
        down,
        rows.map((at) => ({ at })),
      )} ${text}.`,
  );
}

/** `concurrency 4 to 64` for neighbours, else each of them. */
function rowsText({ name, values }: SweepAxis, rows: readonly Pick<Frontier, 'at'>[]): string {
  const found = values.filter((value) => rows.some(({ at }) => at === value));
  const first = values.indexOf(found[0]!);
  const together = found.every((row, index) => values[first + index] === row);
  if (found.length > 2 && together) {
    return axisSpan(name, found[0]!, found.at(-1)!);
  }
  return listed(found.map((row) => axisPlace(name, row)));
}
