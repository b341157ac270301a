import type {
  Change,
  ComparedVariant,
  Figures,
  GateUnit,
  Measured,
  RunComparison,
} from '../../core/documents/comparison.ts';
import { formatNumber, formatRoughPercent, NONE } from '../../core/format.ts';
import { reasonText } from '../../core/reasons.ts';
import { METRICS, type MetricName } from '../metrics.ts';
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

/** One quantity that is judged, of every variant: a table in each output. */
export interface ChangeTable {
  readonly head: string;
  readonly caption: string;
  readonly unit: GateUnit;
  readonly rows: readonly {
    readonly variant: ComparedVariant;
    readonly before: Measured | null;
    readonly after: Measured | null;
    readonly change: Change;
    /** `slower`, `none seen`. */
    readonly word: string;
    /** The change is for the worse, and certain. */
    readonly isWorse: boolean;
  }[];
}

export function changeTables({ variants, quantity }: RunComparison): ChangeTable[] {
  const isWall = quantity === 'wall';
  const table = (
    metric: MetricName,
    head: string,
    caption: string,
    increased: string,
    decreased: string,
    of: (variant: ComparedVariant) => ComparedVariant['speedup'],
  ): ChangeTable => {
    const words = { increased, decreased, 'no-difference': 'none seen', inconclusive: 'inconclusive' };
    const { unit, better } = METRICS[metric];
    const worse = better === 'less' ? 'increased' : 'decreased';
    const rows = variants.flatMap((variant) => {
      const found = of(variant);
      return found === null
        ? []
        : [{ variant, ...found, word: words[found.change.verdict], isWorse: found.change.verdict === worse }];
    });
    return { head, caption, unit, rows };
  };
  return [
    table(
      'wall',
      isWall ? 'wall' : 'response time',
      `${isWall ? 'Wall' : 'Mean response time'}, median over the rounds with its interval`,
      'slower',
      'faster',
      ({ ms, change }) => ({ ...ms, change }),
    ),
    table(
      'speedup',
      'speedup',
      'Speedup, taken round by round within each run, so that the speed of the machine cancels',
      'higher',
      'lower',
      ({ speedup }) => speedup,
    ),
    table(
      'cpu',
      'CPU per job',
      'CPU per job, all threads of the variant, median over the rounds with its interval',
      'more',
      'less',
      ({ cpu }) => cpu,
    ),
  ].filter(({ rows }) => rows.length > 0);
}

/** `+4.2%`, of figures that nothing is claimed of. */
export function plainChange({ before, after }: Figures): string {
  return before === null || after === null || before === 0
    ? NONE
    : formatSignedPercent(percentOf(after / before));
}

/** Why nothing is claimed of a change, as a clause. */
export function changeReason(
  { reason, minimumDetectableEffect }: Change,
  { trials }: Pick<ComparedVariant, 'trials'>,
): string {
  if (reason === null) return 'nothing can be said';
  const text = reasonText(reason, minimumDetectableEffect);
  return reason === 'too-few-rounds' ? `${text} (${trials.before} before, ${trials.after} after)` : text;
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
    const reason = changeReason(of(variant), variant);
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
export function timeNote({ variants }: RunComparison): string {
  const free = variants.some(({ speedup }) => speedup !== null)
    ? ' Speedups are taken within each run, so the speed of the machine cancels in theirs.'
    : '';
  return `The runs were taken at different times: what happened to the machine in between is in the changes of times, and less so in those of CPU.${free}`;
}
