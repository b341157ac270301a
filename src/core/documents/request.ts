import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { REQUEST_FIELDS } from '../option-fields.ts';
import { againstRequestSchema } from './against.ts';
import { amount, wholeWithin } from './numbers.ts';
import { loadSchema } from './spec.ts';
import { sweepPlaceSchema } from './sweep-axes.ts';

/** What a person asked for, not yet resolved: null means decide from the workload or the machine. */
export const experimentRequestSchema = z.strictObject({
  command: z.enum(['bench', 'profile']),
  /** Shown in the report; already redacted. */
  commandLine: z.string(),
  outDir: z.string().min(1),
  /** The same as it was named, for commands to find the run again; already redacted. */
  out: z.string().min(1),
  ...REQUEST_FIELDS,
  /** Rounds to have before the time may end them, within five times as much of it; null: what a claim takes. */
  minRounds: wholeWithin(1, LIMITS.minRounds).nullable(),
  load: loadSchema,
  /** Steps of the reference loop in a millisecond; null: each run finds out for itself. */
  cpuIterationsPerMs: amount.positive().nullable(),
  /** The version to compare with, in the same rounds; null for a run of one version. */
  against: againstRequestSchema.nullable(),
  /** Null for a run of its own. */
  sweep: sweepPlaceSchema.nullable(),
});
export type ExperimentRequest = z.infer<typeof experimentRequestSchema>;
