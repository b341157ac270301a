import { z } from 'zod';
import { CAPTURE_NAMES } from './capture-names.ts';
import { LIMITS } from './limits.ts';
import { loadSchema } from './spec.ts';
import { sweepPlaceSchema } from './sweep-axes.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/**
 * What a person asked for, checked but not yet resolved: null means "decide from the workload or the
 * machine". The command line makes it; `runExperiment` takes it.
 */
export const experimentRequestSchema = z.strictObject({
  command: z.enum(['bench', 'profile']),
  /** Shown in the report; already redacted. */
  commandLine: z.string(),
  outDir: z.string().min(1),
  /** The same as it was named, for commands to find the run again; already redacted. */
  out: z.string().min(1),
  /** Absolute path of the user's workload; null: the built-in one. */
  workloadFile: z.string().nullable(),
  /** Base URL of the user's own server; null: the embedded one, if the workload wants a server at all. */
  url: z.string().nullable(),
  jobs: z.int().min(1).max(LIMITS.jobs).nullable(),
  concurrency: z.int().min(1).max(LIMITS.concurrency).nullable(),
  workers: z.int().min(1).max(LIMITS.workers).nullable(),
  variants: z.array(z.enum(VARIANT_NAMES)).min(1),
  /** Null: as many as the precision needs and the time allows. */
  rounds: z.int().min(1).max(LIMITS.rounds).nullable(),
  precision: z.number().min(0.0001).max(1),
  maxTimeMs: z.number().min(1).max(LIMITS.timeMs),
  /** Rounds to have before the time may end them, within five times as much of it; null: what a claim takes. */
  leastRounds: z.int().min(1).max(100).nullable(),
  check: z.boolean(),
  trace: z.boolean(),
  load: loadSchema,
  warmup: z.int().min(0).max(LIMITS.warmup),
  seed: z.int().min(0).max(LIMITS.seed),
  timeoutMs: z.number().min(1).max(LIMITS.timeMs),
  latencyMs: z.number().min(0).max(LIMITS.responseMs).nullable(),
  jitter: z.number().min(0).max(LIMITS.jitter),
  cpuMs: z.number().min(0).max(LIMITS.responseMs),
  /** Steps of the reference loop in a millisecond; null: each run finds out for itself. */
  cpuIterationsPerMs: z.number().positive().nullable(),
  payloadBytes: z.int().min(0).max(LIMITS.payloadBytes).nullable(),
  keepAlive: z.boolean(),
  /** Empty for bench. */
  captures: z.array(z.enum(CAPTURE_NAMES)),
  /** Null for a run of its own. */
  sweep: sweepPlaceSchema.nullable(),
});
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
