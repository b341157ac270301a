import type { GateUnit } from '../../core/documents/comparison.ts';
import { VARIANT_NAMES, type VariantName } from '../../core/variants.ts';
import { UNITS } from '../metric-units.ts';
import { GATE_METRICS, METRICS, type MetricName } from '../metrics.ts';

export const OPERATORS = ['>=', '<=', '>', '<'] as const;
export type Operator = (typeof OPERATORS)[number];

/** Changes against another run, percent: more time or CPU per job, or a smaller ratio to the baseline. */
const CHANGE_METRICS = ['regression', 'speedup-loss', 'cpu-regression', 'cpu-speedup-loss'] as const;
export type ChangeMetric = (typeof CHANGE_METRICS)[number];

export interface Gate {
  readonly expression: string;
  readonly variant: VariantName | 'any';
  readonly metric: MetricName | ChangeMetric;
  readonly operator: Operator;
  readonly unit: GateUnit;
  /** In `unit`. */
  readonly threshold: number;
}

/** What is wrong with an expression: `word` is what is not one of `known`. */
export interface GateProblem {
  readonly message: string;
  readonly word: string | null;
  readonly known: readonly string[];
}

const ANY = 'any';
const ALL_METRICS: readonly string[] = [...GATE_METRICS, ...CHANGE_METRICS];
const KNOWN_VARIANTS: readonly string[] = [...VARIANT_NAMES, ANY];

const SHAPE = /^\s*([^\s<>=!]+)\s*(>=|<=|>|<)\s*(\d+\.?\d*|\.\d+)\s*([^\s\d]*)\s*$/;

/** Reads `<variant>.<metric> <operator> <number><unit>`; `any` is every variant, and changes may leave it out. */
export function parseGate(expression: string): Gate | GateProblem {
  const parts = splitGate(expression);
  if (parts === null) {
    return problem('expected <variant>.<metric> > <number><unit>, for example event-loop.wall > 200ms');
  }
  const named = splitSubject(parts.subject);
  if ('known' in named) return named;
  const { variant, metric } = named;
  const unit = unitOf(metric, parts.unitText);
  const limit = thresholdOf(parts, metric, unit, unitNames(metric));
  if (typeof limit !== 'number') return limit;
  const { operator } = parts;
  return { expression: expression.trim(), variant, metric, operator, unit, threshold: limit };
}

interface GateParts {
  readonly subject: string;
  readonly operator: Operator;
  readonly digits: string;
  readonly unitText: string;
}

export function splitGate(expression: string): GateParts | null {
  const [whole, subject = '', operator = '', digits = '', unitText = ''] = SHAPE.exec(expression) ?? [];
  return whole === undefined ? null : { subject, operator: operator as Operator, digits, unitText };
}

/** In `unit`, or what is wrong with it. */
export function thresholdOf(
  { digits, unitText }: GateParts,
  metric: string,
  unit: GateUnit,
  known: string,
): number | GateProblem {
  const { suffixes } = UNITS[unit];
  const factor = suffixes[unitText] ?? caseless(suffixes, unitText);
  if (factor !== undefined) return Number(digits) * factor;
  return problem(
    unitText === ''
      ? `${digits} lacks its unit: ${known}`
      : `the unit of ${metric} is ${known}, not ${JSON.stringify(unitText)}`,
  );
}

function splitSubject(subject: string): Pick<Gate, 'variant' | 'metric'> | GateProblem {
  if (isChange(subject)) return { variant: ANY, metric: subject };
  const dot = subject.indexOf('.');
  const [variant, metric] = dot === -1 ? [null, subject] : [subject.slice(0, dot), subject.slice(dot + 1)];
  if (variant === null || (!KNOWN_VARIANTS.includes(variant) && ALL_METRICS.includes(subject))) {
    return ALL_METRICS.includes(subject)
      ? problem(`the variant is missing: write event-loop.${subject} or any.${subject}`)
      : problem(`there is no metric ${JSON.stringify(subject)}`, subject, ALL_METRICS);
  }
  if (!isVariant(variant)) {
    return problem(`there is no variant ${JSON.stringify(variant)}`, variant, KNOWN_VARIANTS);
  }
  if (!isMetric(metric)) {
    return problem(`there is no metric ${JSON.stringify(metric)}`, metric, ALL_METRICS);
  }
  return { variant, metric };
}

export function isChange(metric: string): metric is ChangeMetric {
  return (CHANGE_METRICS as readonly string[]).includes(metric);
}

function isVariant(name: string): name is Gate['variant'] {
  return KNOWN_VARIANTS.includes(name);
}

function isMetric(name: string): name is Gate['metric'] {
  return ALL_METRICS.includes(name);
}

/** Failed jobs may be counted, or be a share of those that were planned. */
function unitOf(metric: Gate['metric'], unitText: string): GateUnit {
  if (isChange(metric) || (metric === 'failed' && unitText === '%')) return '%';
  return METRICS[metric].unit;
}

function unitNames(metric: Gate['metric']): string {
  const units = [unitOf(metric, ''), ...(metric === 'failed' ? (['%'] as const) : [])];
  return units
    .flatMap((unit) => Object.keys(UNITS[unit].suffixes))
    .map((name) => (name === '' ? 'a plain number' : name))
    .join(', ');
}

function caseless(units: Readonly<Record<string, number>>, text: string): number | undefined {
  const found = Object.entries(units).find(([name]) => name.toLowerCase() === text.toLowerCase());
  return found?.[1];
}

export function problem(
  message: string,
  word: string | null = null,
  known: readonly string[] = [],
): GateProblem {
  return { message, word, known };
}
