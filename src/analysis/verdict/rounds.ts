import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatPlural, formatRoughPercent } from '../../core/format.ts';

/** How the rounds ended; null before the first. */
export function roundsText({ rounds, spec, against }: RunRecord): string | null {
  const { completed, endedBy, halfWidth } = rounds;
  if (completed === 0) return null;
  const count = formatPlural(completed, 'round');
  const target = `target ±${plain(spec.precision * 100)}%`;
  const precision = halfWidth === null ? target : `±${formatRoughPercent(halfWidth * 100)}, ${target}`;
  switch (endedBy) {
    case 'precision':
      return `Reached the target precision after ${count} (${precision}).`;
    case 'max-time':
      if (against !== null) return `Stopped at the ${timeGiven(spec.maxTimeMs)} limit after ${count}.`;
      return `Stopped at the ${timeGiven(spec.maxTimeMs)} limit after ${count} (${precision}).`;
    case 'decided':
      return `${count}, until every gate on a change was decided.`;
    case 'undecidable':
      return `${count}, until failed jobs left no gate on a change to decide.`;
    case 'rounds':
      return spec.rounds === null
        ? `Stopped at the maximum of ${count} (${precision}).`
        : `${count}, as requested.`;
    case null:
      return `${count} until the run ended.`;
  }
}

function timeGiven(ms: number): string {
  return ms < 1_000 ? `${plain(ms)} ms` : `${plain(ms / 1_000)} s`;
}

export function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The smallest detectable difference over all pairs of a run; null where some pair could not have shown any. */
export function detectableText({ comparisons }: RunRecord): string | null {
  const known = comparisons.flatMap(({ minimumDetectableEffect }) => minimumDetectableEffect ?? []);
  if (known.length === 0 || known.length < comparisons.length) return null;
  const [least, most] = [formatRoughPercent(Math.min(...known)), formatRoughPercent(Math.max(...known))];
  const range = least === most ? least : `${least} to ${most}, depending on the pair`;
  return `Smallest detectable difference: ${range}.`;
}
