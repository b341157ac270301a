import { cleanText } from '../../core/clean-text.ts';
import type { RunRecord } from '../../core/documents/run-record.ts';
import type { Reasons, Verdict } from '../../core/documents/verdict.ts';
import { listed } from '../../core/format.ts';
import { missedRate } from '../warnings/rate.ts';
import type { Measured } from './measured.ts';

/** What lowers the confidence in a headline, as the headline calls it. Most are codes of warnings. */
export const DOUBTS = {
  'run-stopped': 'stopped early',
  'another-run': 'another run at the same time',
  'machine-noisy': 'busy machine',
  'machine-busy': 'busy machine',
  'cpu-throttled': 'throttled CPU',
  'server-lost': 'lost server',
  'runner-lost': 'lost variant',
  'warmup-failed': 'failed warm-up',
  'aa-inconclusive': 'inconclusive A/A test',
  'trials-drifting': 'drifting times',
  'server-drifting': 'drifting server',
  'rate-not-held': 'missed rate',
  'leader-undecided': 'no clear leader',
} as const satisfies Record<string, string>;
type Doubt = keyof typeof DOUBTS;

/** In the order in which a headline names them. */
const DOUBT_CODES = Object.keys(DOUBTS) as Doubt[];
/** Doubts that come from a run's warnings and concern all variants. */
export const MACHINE_DOUBTS: readonly string[] = [
  'another-run',
  'machine-noisy',
  'machine-busy',
  'cpu-throttled',
  'trials-drifting',
  'server-drifting',
] satisfies Doubt[];

/** Why a headline about `variant` may not be reliable; `undecided`: leaders that may be as fast or faster. */
export function doubtsOf(record: RunRecord, variant: Measured | null, undecided: readonly string[]): Reasons {
  return DOUBT_CODES.flatMap((code) => {
    const text = doubtText(code, record, variant, undecided);
    return text === null ? [] : [{ code, text }];
  });
}

function doubtText(
  code: Doubt,
  { status, warnings }: RunRecord,
  variant: Measured | null,
  undecided: readonly string[],
): string | null {
  if (code === 'run-stopped') return status === 'aborted' ? 'the run was stopped before its end' : null;
  if (code === 'leader-undecided') {
    return undecided.length === 0 ? null : `${listed(undecided, 'or')} may be as fast or faster`;
  }
  // That another variant misses the rate is why this one is recommended.
  if (code === 'rate-not-held' && (variant === null || missedRate(variant) === null)) return null;
  const found = warnings.find((warning) => warning.code === code);
  return found === undefined ? null : cleanText(found.message);
}

/** @param names what its doubts are called beside the headline */
export function confidenceOf(reasons: Reasons, names: readonly string[]): Verdict['confidence'] {
  return {
    level: reasons.length === 0 ? 'high' : 'low',
    reasons: [...new Set(reasons.map(({ code }) => code))],
    doubt: names.length === 0 ? null : listed([...new Set(names)]),
  };
}

export function doubtNames(reasons: readonly Pick<Reasons[number], 'code'>[]): string[] {
  return reasons.map(({ code }) => (code in DOUBTS ? DOUBTS[code as Doubt] : code));
}
