import type { Change, ComparedVariant, RunComparison } from '../../types/run-comparison.ts';
import { formatNumber, formatRoughPercent, NONE } from '../format.ts';
import { listed, sentence } from '../verdict/wording.ts';

/** Two figures that differ by less than a display shows still say which way. */
const MINUS = '−';

/** `+5.0%`, `−0.31%`: three digits at most, two of them decimals. */
export function formatSignedPercent(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent)) return NONE;
  const size = Math.abs(percent);
  const digits = size >= 99.95 ? formatNumber(size) : size.toFixed(size >= 0.995 ? 1 : 2);
  if (Number(digits) === 0) return '0%';
  return `${percent < 0 ? MINUS : '+'}${digits}%`;
}

/** `−0.40 to +0.50%`. */
export function formatSignedRange(low: number, high: number): string {
  return `${formatSignedPercent(low).replace('%', '')} to ${formatSignedPercent(high)}`;
}

/** A ratio of after to before as a change in percent. */
export function percentOf(ratio: number): number {
  return 100 * (ratio - 1);
}

/** `95% interval`, `98.8% interval`. */
export function levelName(level: number): string {
  return `${Number((100 * level).toFixed(1))}% interval`;
}

/** What is said of a time: longer is slower. */
export function timeWord({ verdict }: Change): string {
  return { increased: 'slower', decreased: 'faster', 'no-difference': 'none seen', undecided: 'undecided' }[
    verdict
  ];
}

export function speedupWord({ verdict }: Change): string {
  return { increased: 'higher', decreased: 'lower', 'no-difference': 'none seen', undecided: 'undecided' }[
    verdict
  ];
}

/** Why nothing is claimed of a variant, as a clause. */
export function reasonText({ change, blocks }: ComparedVariant): string {
  switch (change.reason) {
    case 'too-noisy':
      return `too noisy, only a change of ${formatRoughPercent(change.minimumDetectableEffect)} would have shown`;
    case 'too-few-rounds':
      return `too few rounds (${blocks.before} before, ${blocks.after} after)`;
    case 'not-after-correction':
      return 'its interval leaves out no change, but corrected for all variants that can be chance';
    case 'jobs-failed':
      return 'jobs of it failed in one of the runs';
    case 'responses-differ':
      return 'in one of the runs the variants got different responses';
    case 'check-failed':
      return 'in one of the runs the baseline differed from itself';
    case null:
      return 'nothing can be said';
  }
}

/** One sentence for each thing that can be said, the worst first. */
export function changeHeadline({ variants, quantity }: RunComparison): string[] {
  const by = (verdict: Change['verdict']) => variants.filter(({ change }) => change.verdict === verdict);
  const what = quantity === 'wall' ? '' : ' to respond';
  const moved = (list: readonly ComparedVariant[], word: string) =>
    list.map(({ name, change }) => {
      const { estimate, low, high } = change.ratio!;
      const range = formatSignedRange(percentOf(low), percentOf(high));
      return `${name} is ${word}${what} than before: ${formatSignedPercent(percentOf(estimate))} (${levelName(change.ratio!.level)} ${range}).`;
    });
  return [
    ...moved(by('increased'), 'slower'),
    ...by('undecided').map((variant) => `${variant.name} is undecided: ${reasonText(variant)}.`),
    ...unchanged(by('no-difference')),
    ...moved(by('decreased'), 'faster'),
  ];
}

function unchanged(variants: readonly ComparedVariant[]): string[] {
  if (variants.length === 0) return [];
  const names = listed(variants.map(({ name }) => name));
  const seen = variants.map(({ change }) => formatRoughPercent(change.minimumDetectableEffect));
  return [
    sentence(
      `no difference that these runs could see in ${names} (they would have seen ${listed(seen, 'and')}).`,
    ),
  ];
}

/** What no figure of two runs can tell. */
export function timeNote({ variants }: RunComparison): string {
  const free = variants.some(({ speedup }) => speedup !== null)
    ? ' Speedups are taken within each run, so the speed of the machine cancels in theirs.'
    : '';
  return `The runs were taken at different times: what happened to the machine in between is in the changes of times.${free}`;
}
