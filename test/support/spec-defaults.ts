import type { RunSpec } from '../../src/types/spec.ts';

/** What a spec says of itself where a test does not care: a closed loop, and nothing that follows the rounds. */
export const SPEC_DEFAULTS = {
  precision: 0.02,
  maxTimeMs: 20_000,
  leastRounds: 1,
  check: false,
  trace: false,
  load: { kind: 'closed', maxRate: null },
} as const satisfies Partial<RunSpec>;
