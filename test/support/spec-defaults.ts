import { DEFAULT_HANDOVER, type RunSpec, type WorkloadSettings } from '../../src/core/documents/spec.ts';

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
};

/** What a spec says of itself where a test does not care: a closed loop, and nothing that follows the rounds. */
export const SPEC_DEFAULTS = {
  precision: 0.02,
  maxTimeMs: 20_000,
  leastRounds: 1,
  aa: false,
  trace: false,
  load: { kind: 'closed', rateLimit: null },
  handover: DEFAULT_HANDOVER,
} as const satisfies Partial<RunSpec>;
