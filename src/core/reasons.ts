import { formatRoughPercent } from './format.ts';

/** Why nothing is claimed of a pair of variants, a change between two runs, a gate, or a cell or point of a sweep. */
const REASONS = {
  'too-few-rounds': 'too few rounds',
  'too-noisy': 'too noisy',
  'interval-and-test-disagree': 'interval and test disagree',
  'not-after-correction': 'not significant after correcting for all variants',
  'machine-busy': 'other programs took CPU from one of the runs, which may explain the change',
  'load-differs': 'other programs took much more CPU in one run than in the other',
  'jobs-failed': 'jobs failed',
  'responses-differ': 'the variants got different responses',
  'clients-differ': 'the clients did not do the same: see what differs between clients',
  'noise-floor': 'the base differs from itself by as much: within the noise floor',
  'aa-failed': 'the baseline differed from itself (--aa)',
  straddles: 'the interval includes the threshold; more rounds may decide',
  'server-saturated': 'the server was the bottleneck',
  'too-few-jobs': 'too few jobs for this figure',
  'not-measured': 'not measured',
} as const satisfies Readonly<Record<string, string>>;

type Reason = keyof typeof REASONS;

/** @param unseenPercent the smallest difference that would have shown; null where that is not known */
export function reasonText(reason: Reason, unseenPercent: number | null = null): string {
  if (reason !== 'too-noisy' || unseenPercent === null) return REASONS[reason];
  return `${REASONS[reason]}: only a difference of ${formatRoughPercent(unseenPercent)} or more would have been detected`;
}
