/** Sections of the report that have warnings of their own; `verdict` is the top of the page. */
export type WarningPlace =
  | 'verdict'
  | 'summary'
  | 'failures'
  | 'account'
  | 'walls'
  | 'latencies'
  | 'timelines'
  | 'profiles'
  | 'environment';

/** Where each warning matters: what voids or qualifies the verdict stands by it, the rest by the figures that it blurs. */
export const WARNING_PLACES: Readonly<Record<string, WarningPlace>> = {
  'responses-differ': 'verdict',
  'nothing-compared': 'verdict',
  'jobs-failed': 'failures',
  'runner-lost': 'verdict',
  'warmup-failed': 'failures',
  'server-lost': 'verdict',
  'server-exhausted': 'verdict',
  'check-failed': 'verdict',
  'check-undecided': 'verdict',
  'rate-not-held': 'verdict',
  'too-few-rounds': 'verdict',
  'server-saturated': 'verdict',
  'url-unused': 'verdict',
  'more-threads-than-cpus': 'summary',
  'not-traced': 'account',
  'lanes-not-full': 'account',
  'server-drifting': 'walls',
  'machine-noisy': 'walls',
  'machine-busy': 'walls',
  'cpu-throttled': 'walls',
  'another-run': 'walls',
  'heap-growing': 'summary',
  'blocks-drifting': 'walls',
  'blocks-bimodal': 'walls',
  'blocks-outlying': 'walls',
  'client-saturated': 'latencies',
  'connections-in-block': 'latencies',
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
