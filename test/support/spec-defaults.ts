import type { RunSpec, WorkloadSettings } from '../../src/core/documents/spec.ts';
import { SWEEP_FIELDS, specFields } from '../../src/core/option-fields.ts';
import { OPTIONS } from '../../src/core/options.ts';

/** What a workload is told where a test does not care. */
export const PLAIN_SETTINGS: WorkloadSettings = {
  baseUrl: 'http://127.0.0.1:9',
  jobs: null,
  seed: 1,
  latencyMs: null,
  jitter: 0,
  cpuMs: 0,
  cpuIterationsPerMs: 0,
  payloadBytes: null,
  keepAlive: true,
  protocol: null,
  client: null,
  ca: null,
  insecure: false,
  tls: false,
  fault: [],
  retry: null,
};

type Named = keyof typeof OPTIONS;

/** Defaults of bench, so that an option that is added is in every fixture. */
function defaultsOf<K extends Named>(
  names: readonly K[],
): { [N in K]: ReturnType<(typeof OPTIONS)[N]['fallback']> } {
  const entries = names.map((name) => [name, OPTIONS[name].fallback('bench')]);
  return Object.fromEntries(entries);
}

/** Every fixture says how many rounds it has. */
const { rounds: _, ...PLAN } = defaultsOf(
  Object.keys(specFields('plan')) as (keyof ReturnType<typeof specFields<'plan'>>)[],
);

/** What a spec says of itself where a test does not care: a closed loop, and nothing that follows the rounds. */
export const SPEC_DEFAULTS = {
  ...PLAN,
  minRounds: 1,
  trace: false,
  load: { kind: 'closed', rateLimit: null },
} as const satisfies Partial<RunSpec>;

/** What a sweep has at every point. */
export const SWEEP_DEFAULTS = defaultsOf(Object.keys(SWEEP_FIELDS) as (keyof typeof SWEEP_FIELDS)[]);
