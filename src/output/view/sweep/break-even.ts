import { axisSpan, axisValue, rangeText } from '../../../analysis/verdict/sweep/wording.ts';
import type { BreakEvenCell, SweepAnalysis } from '../../../core/documents/sweep-analysis.ts';
import type { SweepDefinition } from '../../../core/documents/sweep-record.ts';
import { NONE } from '../../../core/format.ts';

export interface BreakEvenText {
  readonly place: string;
  readonly model: string;
  /** Between which points offload begins to win. */
  readonly measured: string;
  readonly held: string;
  readonly cells: readonly BreakEvenCell[];
}

/** CPU per job above which offload should win, and the measured one, as text; greatest value first, as in the map. */
export function breakEvenRows(
  { axes }: SweepDefinition,
  { breakEven, frontiers, cells: measured, sides }: SweepAnalysis,
): BreakEvenText[] {
  const [, down] = axes;
  return (breakEven?.rows ?? []).toReversed().map((row) => {
    const { at, cells } = row;
    // With more variants, the frontier is between the best of each side.
    const alone = sides?.every(({ variants }) => variants.length === 1) === true;
    const frontier = frontiers.find((each) => each.at === at && each.toSide === 1);
    const known = measured.filter((cell) => (cell.at[1] ?? null) === at && !cell.isolated);
    const throughout = known.length > 0 && known.every(({ side }) => side === 1);
    const predicted = cells.filter(({ held }) => held !== null);
    return {
      place: at === null || down === undefined ? '' : axisValue(down.name, at),
      model: rangeText(row),
      measured: !alone
        ? NONE
        : frontier !== undefined
          ? axisSpan('cpu', frontier.from, frontier.to)
          : throughout
            ? 'everywhere'
            : NONE,
      held:
        predicted.length === 0
          ? NONE
          : `${predicted.filter(({ held }) => held).length} of ${predicted.length}`,
      cells,
    };
  });
}
