import type { RunRecord } from '../../core/documents/run-record.ts';
import { formatPlural, formatRoughPercent } from '../../core/format.ts';
import type { Pair } from './pairs.ts';

/** How the rounds ended; null before the first. */
export function roundsText({ rounds, spec, against }: RunRecord): string | null {
  const { completed, endedBy, halfWidth } = rounds;
  if (completed === 0) return null;
  const count = formatPlural(completed, 'round');
  const goal = `±${plain(spec.precision * 100)}%`;
  const widest =
    halfWidth === null ? '' : ` (widest at the last look ±${formatRoughPercent(halfWidth * 100)})`;
  switch (endedBy) {
    case 'precision':
      return `${count}, until the intervals of ${spec.variants.length === 1 ? 'wall and CPU' : 'the speedups'} were within ${goal}${widest}.`;
    case 'max-time':
      if (against !== null) return `${count}, until ${timeGiven(spec.maxTimeMs)} were up.`;
      return `${count}, until ${timeGiven(spec.maxTimeMs)} were up; ${goal} was not reached${widest}.`;
    case 'rounds':
      return spec.rounds === null ? `${count}, the most there are${widest}.` : `${count}, as asked for.`;
    case 'decided':
      return `${count}, until every gate on a change was decided.`;
    case 'undecidable':
      return `${count}, until failed jobs left no gate on a change to decide.`;
    case null:
      return `${count} until the run ended.`;
  }
}

/** As it was given, without the zeros of a measured figure. */
function timeGiven(ms: number): string {
  return ms < 1_000 ? `${plain(ms)} ms` : `${plain(ms / 1_000)} s`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** The smallest difference that would have shown, over the pairs; null where none could have. */
export function wouldHaveSeen(pairs: readonly Pick<Pair, 'unseen'>[]): string | null {
  const effects = pairs.map(({ unseen }) => unseen);
  const known = effects.filter((effect) => effect !== null);
  return known.length === 0 || known.length < effects.length ? null : formatRoughPercent(Math.max(...known));
}

/** The range of it over all pairs of a run; null where some pair could not have shown anything. */
export function detectableText({ comparisons }: RunRecord): string | null {
  const effects = comparisons.map(({ minimumDetectableEffect }) => minimumDetectableEffect);
  const known = effects.filter((effect) => effect !== null);
  if (known.length === 0 || known.length < effects.length) return null;
  const [least, most] = [formatRoughPercent(Math.min(...known)), formatRoughPercent(Math.max(...known))];
  const range = least === most ? least : `${least} to ${most}, depending on the pair`;
  return `The smallest difference that would have shown: ${range}.`;
}
