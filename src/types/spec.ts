import { z } from 'zod';
import { ARRIVALS } from './arrivals.ts';
import { VARIANT_NAMES } from './variant-names.ts';
import type { WorkloadSettings } from './workload-settings.ts';

/** What each is, `WorkloadSettings` says: an interface of its own, so that workload files show it in their editor. */
export const workloadSettingsSchema = z.strictObject({
  baseUrl: z.string(),
  jobs: z.int().positive().nullable(),
  seed: z.int().nonnegative(),
  latencyMs: z.number().nonnegative().nullable(),
  jitter: z.number().nonnegative(),
  cpuMs: z.number().nonnegative(),
  cpuIterationsPerMs: z.number().nonnegative(),
  payloadBytes: z.int().nonnegative().nullable(),
  keepAlive: z.boolean(),
}) satisfies z.ZodType<WorkloadSettings>;

/**
 * How jobs are started. Closed: the next one when one ends, at most `maxRate` a second if that is given. Open:
 * on a schedule, whether or not others have ended.
 */
export const loadSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('closed'), maxRate: z.number().positive().nullable() }),
  z.strictObject({
    kind: z.literal('open'),
    /** Jobs a second. */
    rate: z.number().positive(),
    arrivals: z.enum(ARRIVALS),
  }),
]);
export type Load = z.infer<typeof loadSchema>;

/** All that a runner needs to repeat what a run did: saved as spec.json in the run folder. */
export const runSpecSchema = z.strictObject({
  schemaVersion: z.literal(1),
  runId: z.string(),
  workload: z.strictObject({
    name: z.string(),
    /** The bundle, relative to spec.json. */
    bundle: z.string(),
    /** The user's file, as shown to people. */
    source: z.string(),
    /** Different items that the plan cycles through. */
    items: z.int().positive(),
    settings: workloadSettingsSchema,
  }),
  /** Length of the plan. */
  jobs: z.int().positive(),
  /** Jobs in flight at once, all threads together; `sequential` always has 1. */
  concurrency: z.int().positive(),
  /** Threads of the worker-pool variants. */
  workers: z.int().positive(),
  variants: z.array(z.enum(VARIANT_NAMES)).min(1),
  /** Null: until the precision is reached or the time is up. */
  rounds: z.int().positive().nullable(),
  /** Half-width of the interval to reach, as a share of the ratio: 0.02 is ±2%. */
  precision: z.number().positive(),
  /** Longest that the rounds may take when their number is not given, ms. */
  maxTimeMs: z.number().positive(),
  /** Rounds to have before that time may end them, within five times as much of it. */
  leastRounds: z.int().positive(),
  /** Whether the baseline runs once more, as its own opponent. */
  check: z.boolean(),
  /** Whether a traced pass follows the rounds. */
  trace: z.boolean(),
  load: loadSchema,
  /** Untimed blocks before the first round. */
  warmup: z.int().nonnegative(),
  /** Longest that one job may take, ms. */
  timeoutMs: z.number().positive(),
  seed: z.int().nonnegative(),
});
export type RunSpec = z.infer<typeof runSpecSchema>;
