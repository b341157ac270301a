import type { GatedVariant, GateOutcome, GateResult, GateUnit } from '../../core/documents/comparison.ts';
import {
  formatBytes,
  formatCount,
  formatFactor,
  formatFactorRange,
  formatMs,
  formatMsRange,
  formatNumber,
} from '../../core/format.ts';
import { formatSignedPercent, formatSignedRange, levelName } from '../comparison/wording.ts';

export const GATE_MARKS: Readonly<Record<GateOutcome, string>> = {
  failed: '✗',
  passed: '✓',
  inconclusive: '?',
};

const OUTCOME_WORDS: Readonly<Record<GateOutcome, string>> = {
  failed: 'failed',
  passed: 'passed',
  inconclusive: 'inconclusive',
};

/** `failed: event-loop 231 ms (95% interval 228–236 ms)`: the variants that decided it. */
export function gateText(gate: GateResult): string {
  const deciding = gate.variants.filter(({ outcome }) => outcome === gate.outcome);
  const reasons = [...new Set(deciding.map(({ reason }) => reason))];
  const shown = reasons.map((reason) => {
    const variants = deciding.filter((variant) => variant.reason === reason);
    const figures = variants.map((variant) => figuresText(variant, gate)).join(', ');
    return reason === null ? figures : `${figures}: ${reasonOf(reason)}`;
  });
  return `${OUTCOME_WORDS[gate.outcome]}: ${shown.length === 0 ? 'no variant to look at' : shown.join('; ')}`;
}

function figuresText({ variant, value, interval }: GatedVariant, { unit }: GateResult): string {
  if (value === null) return variant;
  // Of one trial alone there is no range.
  if (interval === null || interval.low === interval.high) return `${variant} ${valueText(value, unit)}`;
  const { low, high, level } = interval;
  const name = level < 0.95 ? 'range' : levelName(level);
  return `${variant} ${valueText(value, unit)} (${name} ${rangeText(low, high, unit)})`;
}

function reasonOf(reason: NonNullable<GatedVariant['reason']>): string {
  switch (reason) {
    case 'straddles':
      return 'on both sides of the threshold, more rounds would tell';
    case 'too-few-rounds':
      return 'too few rounds for an interval';
    case 'too-few-jobs':
      return 'too few jobs for that percentile';
    case 'not-measured':
      return 'not measured';
    case 'jobs-failed':
      return 'jobs of it failed';
    case 'responses-differ':
      return 'responses differ';
    case 'aa-failed':
      return 'the A/A arm differs';
    case 'too-noisy':
      return 'too noisy';
    case 'machine-busy':
      return 'other programs took CPU from one of the runs';
    case 'load-differs':
      return 'other programs took much more CPU during one of the runs';
    case 'noise-floor':
      return 'the noise floor is above the gate';
    case 'not-after-correction':
      return 'can be chance';
  }
}

function valueText(value: number, unit: GateUnit): string {
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case '×':
      return formatFactor(value);
    case 'jobs/s':
      return `${formatNumber(value)}/s`;
    case 'bytes':
      return formatBytes(value);
    case '%':
      return formatSignedPercent(value).replace('+', '');
    case 'jobs':
      return formatCount(value);
  }
}

function rangeText(low: number, high: number, unit: GateUnit): string {
  switch (unit) {
    case 'ms':
      return formatMsRange(low, high);
    case '×':
      return formatFactorRange(low, high);
    case '%':
      return formatSignedRange(low, high).replaceAll('+', '');
    default:
      return `${valueText(low, unit)} to ${valueText(high, unit)}`;
  }
}
