/** Sections of the report that have warnings of their own; `verdict` is the top of the page. */
export type WarningPlace =
  | 'why'
  | 'summary'
  | 'failures'
  | 'breakdown'
  | 'walls'
  | 'latencies'
  | 'timelines'
  | 'profiles'
  | 'environment';

/** Where each warning matters: what voids or qualifies the verdict stands by it, the rest by the figures that it blurs. */
export const WARNING_PLACES: Readonly<Record<string, WarningPlace>> = {
  'responses-differ': 'why',
  'nothing-compared': 'why',
  'jobs-failed': 'failures',
  'runner-lost': 'why',
  'warmup-failed': 'failures',
  'server-lost': 'why',
  'server-exhausted': 'why',
  'aa-failed': 'why',
  'aa-inconclusive': 'why',
  'rate-not-held': 'why',
  'too-few-rounds': 'why',
  'server-saturated': 'why',
  'url-unused': 'why',
  'more-threads-than-cpus': 'summary',
  'not-traced': 'breakdown',
  'slots-not-full': 'breakdown',
  'server-drifting': 'walls',
  'machine-noisy': 'walls',
  'machine-busy': 'walls',
  'cpu-throttled': 'walls',
  'another-run': 'walls',
  'heap-growing': 'summary',
  'trials-drifting': 'walls',
  'trials-bimodal': 'walls',
  'trials-outlying': 'walls',
  'client-saturated': 'latencies',
  'connections-in-trial': 'latencies',
  'clock-coarse': 'latencies',
  'rows-unreadable': 'latencies',
  'names-unreadable': 'timelines',
  'trace-unreadable': 'timelines',
  'profile-unreadable': 'profiles',
  'profiles-left-out': 'profiles',
  'sources-unreadable': 'profiles',
  'threads-unseen': 'profiles',
  // Of a sweep.
  'axis-unused': 'environment',
  'environment-changed': 'environment',
};

export function placeOfWarning(code: string): WarningPlace | null {
  return Object.hasOwn(WARNING_PLACES, code) ? WARNING_PLACES[code]! : null;
}
