import type { GatedVariant, GateResult, GateUnit } from '../../core/documents/comparison.ts';
import type { GateOutcome } from '../../core/documents/verdict.ts';
import { reasonText } from '../../core/reasons.ts';
import { levelName } from '../comparison/wording.ts';
import { UNITS } from '../metric-units.ts';

export const GATE_MARKS: Readonly<Record<GateOutcome, string>> = {
  failed: '✗',
  passed: '✓',
  inconclusive: '?',
};

/** `failed: event-loop 231 ms (95% interval 228–236 ms)`: the variants that decided it. */
export function gateText(gate: GateResult): string {
  const deciding = gate.variants.filter(({ outcome }) => outcome === gate.outcome);
  const reasons = [...new Set(deciding.map(({ reason }) => reason))];
  const shown = reasons.map((reason) => {
    const variants = deciding.filter((variant) => variant.reason === reason);
    const figures = variants.map((variant) => figuresText(variant, gate)).join(', ');
    return reason === null ? figures : `${figures}: ${reasonText(reason)}`;
  });
  return `${gate.outcome}: ${shown.length === 0 ? 'no variant to judge' : shown.join('; ')}`;
}

function figuresText({ variant, value, interval }: GatedVariant, { unit }: GateResult): string {
  if (value === null) return variant;
  // Of one trial alone there is no range.
  if (interval === null || interval.low === interval.high) return `${variant} ${UNITS[unit].format(value)}`;
  const { low, high, level } = interval;
  const name = level < 0.95 ? 'range' : levelName(level);
  return `${variant} ${UNITS[unit].format(value)} (${name} ${rangeText(low, high, unit)})`;
}

function rangeText(low: number, high: number, unit: GateUnit): string {
  const { format, range } = UNITS[unit];
  return range?.(low, high) ?? `${format(low)} to ${format(high)}`;
}
