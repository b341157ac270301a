import { z } from 'zod';
import { CAPTURE_NAMES } from '../captures.ts';
import { againstRequestSchema } from './against.ts';
import { amount } from './numbers.ts';
import { OPTION_VALUES } from './option-values.ts';
import { loadSchema } from './spec.ts';
import { sweepPlaceSchema } from './sweep-axes.ts';

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
  jobs: OPTION_VALUES.jobs.nullable(),
  concurrency: OPTION_VALUES.concurrency.nullable(),
  workers: OPTION_VALUES.workers.nullable(),
  variants: OPTION_VALUES.variants,
  /** Null: as many as the precision needs and the time allows. */
  rounds: OPTION_VALUES.rounds.nullable(),
  precision: OPTION_VALUES.precision,
  maxTimeMs: OPTION_VALUES.maxTimeMs,
  /** Rounds to have before the time may end them, within five times as much of it; null: what a claim takes. */
  leastRounds: OPTION_VALUES.leastRounds.nullable(),
  aa: z.boolean(),
  trace: z.boolean(),
  load: loadSchema,
  warmup: OPTION_VALUES.warmup,
  seed: OPTION_VALUES.seed,
  timeoutMs: OPTION_VALUES.timeoutMs,
  latencyMs: OPTION_VALUES.latencyMs.nullable(),
  jitter: OPTION_VALUES.jitter,
  cpuMs: OPTION_VALUES.cpuMs,
  /** Steps of the reference loop in a millisecond; null: each run finds out for itself. */
  cpuIterationsPerMs: amount.positive().nullable(),
  payloadBytes: OPTION_VALUES.payloadBytes.nullable(),
  keepAlive: z.boolean(),
  /** Empty for bench. */
  captures: z.array(z.enum(CAPTURE_NAMES)),
  /** The version to compare with, in the same rounds; null for a run of one version. */
  against: againstRequestSchema.nullable(),
  /** Null for a run of its own. */
  sweep: sweepPlaceSchema.nullable(),
});
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
