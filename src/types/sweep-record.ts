import { z } from 'zod';
import { comparisonSchema, environmentSchema, estimateSchema, warningSchema } from './run-record.ts';
import { sweepAnalysisSchema } from './sweep-analysis.ts';
import { SWEEP_AXES } from './sweep-axis-names.ts';
import { VARIANT_NAMES } from './variant-names.ts';

const sweepAxisSchema = z.strictObject({
  name: z.enum(SWEEP_AXES),
  /** Ascending, none twice; ms for cpu and latency. */
  values: z.array(z.number().nonnegative()).min(1),
});
export type SweepAxis = z.infer<typeof sweepAxisSchema>;

/** Everything that decides what is measured at a point. Two sweeps that agree in all of it may be joined. */
export const sweepDefinitionSchema = z.strictObject({
  /** One with several values, or two. */
  axes: z.array(sweepAxisSchema).min(1).max(2),
  workload: z.strictObject({
    name: z.string(),
    source: z.string(),
    /** SHA-256 of the bundle, hex. */
    digest: z.string(),
    items: z.int().positive(),
    /** After so many items the list repeats itself by name; a plan is a multiple of it, to keep its mix. */
    period: z.int().positive(),
  }),
  /** Of the user's own server, with credentials removed. */
  url: z.string().nullable(),
  /** Null: as many as the concurrency of a point needs. */
  jobs: z.int().positive().nullable(),
  /** Null for what is an axis, and for what is left to each run. */
  concurrency: z.int().positive().nullable(),
  workers: z.int().positive().nullable(),
  latencyMs: z.number().nonnegative().nullable(),
  cpuMs: z.number().nonnegative(),
  variants: z.array(z.enum(VARIANT_NAMES)).min(1),
  rounds: z.int().positive().nullable(),
  precision: z.number().positive(),
  maxTimeMs: z.number().positive(),
  warmup: z.int().nonnegative(),
  seed: z.int().nonnegative(),
  timeoutMs: z.number().positive(),
  jitter: z.number().nonnegative(),
  payloadBytes: z.int().nonnegative().nullable(),
  keepAlive: z.boolean(),
});
export type SweepDefinition = z.infer<typeof sweepDefinitionSchema>;

/** One variant at one point. */
export const pointVariantSchema = z.strictObject({
  name: z.enum(VARIANT_NAMES),
  threads: z.int().positive(),
  concurrency: z.int().positive(),
  /** Blocks that count: complete and without failures. */
  blocks: z.int().nonnegative(),
  failedJobs: z.int().nonnegative(),
  /** Jobs a second while every lane was busy, the median over blocks; null where there is no such block. */
  throughput: estimateSchema.nullable(),
  wallMs: estimateSchema.nullable(),
  /** Share of its time in which the embedded server was not waiting; null for any other. */
  serverBusy: z.number().nullable(),
});
export type PointVariant = z.infer<typeof pointVariantSchema>;

/** What a point's run came to. The run itself, with every block, is in the folder `path`. */
export const pointResultSchema = z.strictObject({
  runId: z.string(),
  /** Relative to sweep.json, with `/`. The page links there: it can lead nowhere else. */
  path: z.string().regex(/^points\/(?!\.)[^/\\]+$/),
  /** Index into `sessions`. */
  session: z.int().nonnegative(),
  measuredAt: z.iso.datetime(),
  durationMs: z.number(),
  jobs: z.int().positive(),
  rounds: z.int().nonnegative(),
  endedBy: z.enum(['rounds', 'precision', 'max-time']).nullable(),
  variants: z.array(pointVariantSchema),
  /** Every pair, as in run.json. */
  comparisons: z.array(comparisonSchema),
  /** Responses that differed between variants. */
  mismatches: z.int().nonnegative(),
  /** Codes of the run's warnings. */
  warnings: z.array(z.strictObject({ code: z.string(), variant: z.enum(VARIANT_NAMES).nullable() })),
});
export type PointResult = z.infer<typeof pointResultSchema>;

export const sweepPointSchema = z.strictObject({
  /** Unique in the sweep, fit for a file name: `cpu-5_concurrency-16`. */
  key: z.string(),
  /** Values of the axes, in their order. */
  at: z.array(z.number()),
  /** Null until it has been measured. */
  result: pointResultSchema.nullable(),
  /** Why the last attempt came to nothing. */
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type SweepPoint = z.infer<typeof sweepPointSchema>;

/** sweep.json: what a sweep has measured so far, and what follows from it. Replaced whole after each point. */
export const sweepRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  threadmill: z.string(),
  /** Redacted. */
  commandLine: z.string(),
  /** Folder of all runs, as it was named there; redacted. */
  out: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** `completed` once every point has been measured; `stopped` and what was killed can be resumed. */
  status: z.enum(['running', 'completed', 'stopped', 'failed']),
  pid: z.int(),
  exitCode: z.int().nullable(),
  failure: z
    .strictObject({ code: z.string(), message: z.string(), advice: z.string().nullable() })
    .nullable(),
  definition: sweepDefinitionSchema,
  /** SHA-256 of the definition and Threadmill's version, hex: tells what may be resumed. */
  digest: z.string(),
  /** Steps of the reference loop in a millisecond, taken once so that `--cpu` means the same at each point; 0 without. */
  cpuIterationsPerMs: z.number().nonnegative(),
  /** Each time that somebody worked on it. */
  sessions: z
    .array(z.strictObject({ startedAt: z.iso.datetime(), environment: environmentSchema, measured: z.int() }))
    .min(1),
  /** In the order in which they are measured: shuffled, so that a drift of the machine is no trend along an axis. */
  points: z.array(sweepPointSchema).min(1),
  warnings: z.array(warningSchema),
  /** Null while points are still being measured. */
  analysis: sweepAnalysisSchema.nullable(),
});
export type SweepRecord = z.infer<typeof sweepRecordSchema>;
