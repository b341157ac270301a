import type { Change, ComparedVariant, RunComparison } from '../../core/documents/comparison.ts';
import { formatNumber, formatRoughPercent, NONE } from '../../core/format.ts';
import { listed } from '../verdict/wording.ts';

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
  return {
    increased: 'slower',
    decreased: 'faster',
    'no-difference': 'none seen',
    inconclusive: 'inconclusive',
  }[verdict];
}

export function speedupWord({ verdict }: Change): string {
  return {
    increased: 'higher',
    decreased: 'lower',
    'no-difference': 'none seen',
    inconclusive: 'inconclusive',
  }[verdict];
}

/** What is said of CPU per job. */
export function cpuWord({ verdict }: Change): string {
  return { increased: 'more', decreased: 'less', 'no-difference': 'none seen', inconclusive: 'inconclusive' }[
    verdict
  ];
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
    case 'noise-floor':
      return 'within the noise floor: the base differs from itself by as much';
    case null:
      return 'nothing can be said';
  }
}

/** What is judged of each variant, and how a sentence speaks of it. */
interface Judged {
  of(variant: ComparedVariant): Change;
  /** `event-loop is slower than before`. */
  moved(name: string, up: boolean): string;
  inconclusive(names: readonly string[]): string;
  /** After "no difference". */
  readonly where: string;
}

/** One sentence for each thing that can be said, the worst first; of times before CPU. */
export function changeHeadline({ variants, quantity }: RunComparison): string[] {
  const toRespond = quantity === 'wall' ? '' : ' to respond';
  const times: Judged = {
    of: ({ change }) => change,
    moved: (name, up) => `${name} is ${up ? 'slower' : 'faster'}${toRespond} than before`,
    inconclusive: (names) => `${listed(names)} ${names.length === 1 ? 'is' : 'are'} inconclusive`,
    where: 'in',
  };
  const cpu: Judged = {
    of: (variant) => variant.cpu.change,
    moved: (name, up) => `${name} uses ${up ? 'more' : 'less'} CPU per job than before`,
    inconclusive: (names) => `CPU per job of ${listed(names)} is inconclusive`,
    where: 'in CPU per job of',
  };
  // Of what voids both, the sentence about times says all.
  const judgedCpu = variants.filter(
    ({ change, cpu: { change: own } }) =>
      own.verdict !== 'inconclusive' || own.reason === 'too-noisy' || own.reason !== change.reason,
  );
  const both = (say: (judged: Judged, among: readonly ComparedVariant[]) => string[]) => [
    ...say(times, variants),
    ...say(cpu, judgedCpu),
  ];
  return [
    ...both((judged, among) => movedTexts(judged, among, 'increased')),
    ...both(inconclusiveTexts),
    ...both(unchangedTexts),
    ...both((judged, among) => movedTexts(judged, among, 'decreased')),
  ];
}

function movedTexts(
  { of, moved }: Judged,
  variants: readonly ComparedVariant[],
  verdict: 'increased' | 'decreased',
): string[] {
  return variants.flatMap((variant) => {
    const change = of(variant);
    if (change.verdict !== verdict) return [];
    const { estimate, low, high, level } = change.ratio!;
    const range = formatSignedRange(percentOf(low), percentOf(high));
    return `${moved(variant.name, verdict === 'increased')}: ${formatSignedPercent(percentOf(estimate))} (${levelName(level)} ${range}).`;
  });
}

/** Variants that are inconclusive for one reason share a sentence. */
function inconclusiveTexts({ of, inconclusive }: Judged, variants: readonly ComparedVariant[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const variant of variants) {
    if (of(variant).verdict !== 'inconclusive') continue;
    const reason = reasonText(of(variant), variant);
    byReason.set(reason, [...(byReason.get(reason) ?? []), variant.name]);
  }
  return [...byReason].map(([reason, names]) => `${inconclusive(names)}: ${reason}.`);
}

function unchangedTexts({ of, where }: Judged, variants: readonly ComparedVariant[]): string[] {
  const level = variants.filter((variant) => of(variant).verdict === 'no-difference');
  if (level.length === 0) return [];
  const names = listed(level.map(({ name }) => name));
  const seen = level.map((variant) => formatRoughPercent(of(variant).minimumDetectableEffect));
  return [
    `No difference that these runs could see ${where} ${names} (they would have seen ${listed(seen, 'and')}).`,
  ];
}

/** What no figure of two runs can tell. */
export function timeNote({ variants, paired }: RunComparison): string {
  if (paired) {
    return 'Both versions ran in the same rounds, so what the machine did hit both. CPU tells whether the code got slower; the wall, whether users wait longer.';
  }
  const free = variants.some(({ speedup }) => speedup !== null)
    ? ' Speedups are taken within each run, so the speed of the machine cancels in theirs.'
    : '';
  return `The runs were taken at different times: what happened to the machine in between is in the changes of times, and less so in those of CPU.${free}`;
}
