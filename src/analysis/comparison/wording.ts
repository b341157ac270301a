import type { Change, ComparedVariant } from '../../core/documents/comparison.ts';
import { formatNumber, formatRoughPercent, NONE } from '../../core/format.ts';

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

/** `95% CI`, `98.8% CI`. */
export function levelName(level: number): string {
  return `${Number((100 * level).toFixed(1))}% CI`;
}

/** What is said of a time: longer is slower. */
export function timeWord({ verdict }: Change): string {
  return {
    increased: 'slower',
    decreased: 'faster',
    'no-difference': 'no difference',
    inconclusive: 'inconclusive',
  }[verdict];
}

export function speedupWord({ verdict }: Change): string {
  return {
    increased: 'higher',
    decreased: 'lower',
    'no-difference': 'no difference',
    inconclusive: 'inconclusive',
  }[verdict];
}

/** What is said of CPU per job. */
export function cpuWord({ verdict }: Change): string {
  return {
    increased: 'more',
    decreased: 'less',
    'no-difference': 'no difference',
    inconclusive: 'inconclusive',
  }[verdict];
}

/** Why nothing is claimed of a change, as a clause. */
export function reasonText(
  { reason, minimumDetectableEffect }: Change,
  { trials }: Pick<ComparedVariant, 'trials'>,
): string {
  switch (reason) {
    case 'too-noisy':
      return `too noisy, only a change of ${formatRoughPercent(minimumDetectableEffect)} would have shown`;
    case 'too-few-rounds':
      return `too few rounds (${trials.before} before, ${trials.after} after)`;
    case 'not-after-correction':
      return 'its interval leaves out no change, but corrected for all variants that can be chance';
    case 'machine-busy':
      return 'other programs took CPU from one of the runs, which may be all that changed';
    case 'load-differs':
      return 'other programs took much more CPU during one run than during the other';
    case 'jobs-failed':
      return 'jobs of it failed in one of the runs';
    case 'responses-differ':
      return 'in one of the runs the variants got different responses';
    case 'aa-failed':
      return 'in one of the runs the baseline differed from itself';
    case null:
      return 'nothing can be said';
  }
}
