import type { Cell, SweepAnalysis } from '../../../core/documents/sweep-analysis.ts';
import type { SweepRecord } from '../../../core/documents/sweep-record.ts';
import type { SweepVerdict } from '../../../core/documents/verdict.ts';
import { formatPlural, listed } from '../../../core/format.ts';
import { reasonText } from '../../../core/reasons.ts';
import { MIN_EFFECT } from '../../../core/statistics/min-effect.ts';
import { axisPlace, pointPlace, sideName } from './wording.ts';

export function countsOf({ cells }: SweepAnalysis): SweepVerdict['points'] {
  const count = (holds: (cell: Cell) => boolean) => cells.filter(holds).length;
  const notMeasured = count(({ reason }) => reason === 'not-measured');
  return {
    decided: count(({ state }) => state === 'decided'),
    noDifference: count(({ state }) => state === 'level'),
    inconclusive: count(({ state }) => state === 'inconclusive'),
    unknown: count(({ state }) => state === 'unknown') - notMeasured,
    notMeasured,
  };
}

export function countsText(analysis: SweepAnalysis): string | null {
  const { cells, sides } = analysis;
  if (sides === null || cells.length === 0) return null;
  const { noDifference, inconclusive, unknown, notMeasured } = countsOf(analysis);
  const wins = ([0, 1] as const).map((side) => ({
    ...sideName(sides[side]),
    points: cells.filter((cell) => cell.state === 'decided' && cell.side === side).length,
  }));
  const parts = [
    ...wins.flatMap(({ text, plural, points }) =>
      points === 0 ? [] : [`${text} ${plural ? 'win' : 'wins'} ${points}`],
    ),
    ...(noDifference > 0 ? [formatPlural(noDifference, 'tie')] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
    ...(unknown > 0 ? [`${unknown} not comparable`] : []),
    ...(notMeasured > 0 ? [`${notMeasured} not measured`] : []),
  ];
  const isolated = cells.filter((cell) => cell.isolated).length;
  const chance =
    isolated === 0
      ? ''
      : ` ${formatPlural(isolated, 'win')} ${isolated === 1 ? 'has no neighbour that agrees' : 'have no neighbour that agrees'}, and may be chance.`;
  return `${formatPlural(cells.length, 'point')}: ${listed(parts)}.${chance}`;
}

export function inconclusiveTexts({ definition }: SweepRecord, { cells }: SweepAnalysis): string[] {
  const points = (which: Cell['reason']): string | null => {
    const found = cells.filter(({ reason }) => reason === which);
    if (found.length === 0) return null;
    const places =
      found.length <= 3 ? ` (${found.map(({ at }) => pointPlace(definition.axes, at)).join('; ')})` : '';
    return `${formatPlural(found.length, 'point')}${places}`;
  };
  const advice = definition.rounds === null ? 'raise `--max-time`' : 'raise `--rounds`';
  const few = points('too-few-rounds');
  const noisy = points('too-noisy');
  return [
    ...(few === null ? [] : [`Too few rounds at ${few}: ${advice}.`]),
    ...(noisy === null
      ? []
      : [
          `Too noisy to detect a difference of ${MIN_EFFECT}% at ${noisy}: ${advice}, or use a quieter machine.`,
        ]),
  ];
}

/** What was measured and does not count. */
export function excludedText({ definition }: SweepRecord, { panels }: SweepAnalysis): string | null {
  const found = panels.flatMap(({ curves, along, at }) =>
    curves.flatMap(({ variant, points }) =>
      points.flatMap(({ n, excluded }) => {
        const reason = excluded === null || excluded === 'not-measured' ? null : reasonText(excluded);
        const other = definition.axes.find(({ name }) => name !== along);
        const place =
          at === null || other === undefined
            ? axisPlace(along, n)
            : `${axisPlace(other.name, at)}, ${axisPlace(along, n)}`;
        return reason === null ? [] : [`${variant} at ${place} (${reason})`];
      }),
    ),
  );
  if (found.length === 0) return null;
  const shown = found.slice(0, 4);
  const more = found.length > shown.length ? `; ${found.length - shown.length} more` : '';
  return `Not in curves and fits: ${shown.join('; ')}${more}.`;
}

/** What the runs of the points warn of; each report has it in full. */
export function warnedText({ points }: SweepRecord): string | null {
  const counts = new Map<string, number>();
  for (const { result } of points) {
    for (const code of new Set(result?.warnings.map((warning) => warning.code))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  if (counts.size === 0) return null;
  const most = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const list = most.map(([code, times]) => `\`${code}\` at ${formatPlural(times, 'point')}`);
  return `${listed(list)} of ${points.length}: see the reports of these points.`;
}
