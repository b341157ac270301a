import type {
  Change,
  ComparedVariant,
  Figures,
  GateUnit,
  Measured,
  RunComparison,
} from '../../core/documents/comparison.ts';
import { formatNumber, NONE } from '../../core/format.ts';
import { reasonText } from '../../core/reasons.ts';
import { METRICS, type MetricName } from '../metrics.ts';

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

export function percentOf(ratio: number): number {
  return 100 * (ratio - 1);
}

export function levelName(level: number): string {
  return `${Number((100 * level).toFixed(1))}% CI`;
}

type Ratio = NonNullable<Change['ratio']>;

/** `+5.0%`. */
export function changeSize({ estimate }: Pick<Ratio, 'estimate'>): string {
  return formatSignedPercent(percentOf(estimate));
}

function changeRange({ low, high }: Pick<Ratio, 'low' | 'high'>): string {
  return formatSignedRange(percentOf(low), percentOf(high));
}

/** `95% CI +4.2 to +5.8%`. */
export function changeInterval(ratio: Pick<Ratio, 'low' | 'high' | 'level'>): string {
  return `${levelName(ratio.level)} ${changeRange(ratio)}`;
}

/** One quantity that is judged, of every variant: a table in each output. */
export interface ChangeTable {
  readonly metric: MetricName;
  readonly head: string;
  readonly caption: string;
  readonly unit: GateUnit;
  readonly rows: readonly {
    readonly variant: ComparedVariant;
    readonly before: Measured | null;
    readonly after: Measured | null;
    readonly change: Change;
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
    const words = { increased, decreased, 'no-difference': 'no difference', inconclusive: 'inconclusive' };
    const { unit, better } = METRICS[metric];
    const worse = better === 'less' ? 'increased' : 'decreased';
    const rows = variants.flatMap((variant) => {
      const found = of(variant);
      return found === null
        ? []
        : [{ variant, ...found, word: words[found.change.verdict], isWorse: found.change.verdict === worse }];
    });
    return { metric, head, caption, unit, rows };
  };
  return [
    table(
      'wall',
      isWall ? 'time' : 'response time',
      `${isWall ? 'Wall time' : 'Mean response time'}, median over the rounds with its interval`,
      'slower',
      'faster',
      ({ ms, change }) => ({ ...ms, change }),
    ),
    table(
      'speedup',
      'speedup',
      'Speedup, paired by round within each run, which cancels the speed of the machine',
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

export function changeReason(
  { reason, minimumDetectableEffect }: Change,
  { trials }: Pick<ComparedVariant, 'trials'>,
): string {
  if (reason === null) return 'no claim possible';
  const text = reasonText(reason, minimumDetectableEffect);
  return reason === 'too-few-rounds' ? `${text} (${trials.before} before, ${trials.after} after)` : text;
}

/** The change, and its interval where it is one of 95%. */
export function changeCells({ ratio }: Change): [size: string, interval: string] {
  if (ratio === null) return [NONE, NONE];
  return [changeSize(ratio), ratio.level < 0.95 ? NONE : changeRange(ratio)];
}
