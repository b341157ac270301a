import { z } from 'zod';
import { FOLDER_LIMITS, LIMITS } from '../limits.ts';
import { OPTION_VALUES, SWEEP_FIELDS } from '../option-fields.ts';
import { AXIS_OPTIONS } from '../options.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { holdsEstimate } from './estimate.ts';
import { amount, count, figure, perVariant, wholeWithin, within } from './numbers.ts';
import {
  comparisonsSchema,
  ENDED_BY,
  environmentSchema,
  estimateSchema,
  failureSchema,
  warningsSchema,
} from './run-record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { sweepAnalysisSchema } from './sweep-analysis.ts';
import { SWEEP_AXES, type SweepAxisName } from './sweep-axes.ts';
import { sweepVerdictSchema } from './verdict.ts';

function axisSchema(name: SweepAxisName) {
  // As an option it may also say that they are elsewhere.
  return name === 'queue-workers' ? OPTION_VALUES.workers : OPTION_VALUES[AXIS_OPTIONS[name]];
}

const sweepAxisSchema = z
  .strictObject({
    name: z.enum(SWEEP_AXES),
    /** Ascending, none twice; ms for cpu and latency, bytes for payload. */
    values: z.array(amount).min(1).max(LIMITS.points),
  })
  .refine(({ name, values }) => values.every((value) => axisSchema(name).validate(value)), {
    error: 'a value is more or less than the option takes',
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
    items: OPTION_VALUES.jobs,
    /** Items after which the names repeat; a plan is a multiple of this, to keep its mix. */
    period: OPTION_VALUES.jobs,
  }),
  /** Of the user's own server, with credentials removed. */
  url: z.string().nullable(),
  /** Null for what is an axis, and for what is left to each run. Along `queue-workers` the concurrency of each worker. */
  concurrency: OPTION_VALUES.concurrency.nullable(),
  workers: OPTION_VALUES.workers.nullable(),
  /** Redacted; as `queueWorkers` null without distributed-queue, and for the defaults. */
  queue: OPTION_VALUES.queue.nullable(),
  queueWorkers: OPTION_VALUES.queueWorkers.nullable(),
  uvThreads: OPTION_VALUES.uvThreads.nullable(),
  latencyMs: OPTION_VALUES.latencyMs.nullable(),
  payloadBytes: OPTION_VALUES.payloadBytes.nullable(),
  cpuMs: OPTION_VALUES.cpuMs,
  variants: OPTION_VALUES.variants,
  /** What is the same at every point; `jobs` null: as many as the concurrency of a point needs. */
  ...SWEEP_FIELDS,
});
export type SweepDefinition = z.infer<typeof sweepDefinitionSchema>;

/** Jobs a second: of a job that takes decades, and of more than any machine does. Laws are fitted to it. */
const perSecond = within(1e-9, 1e12);

/** Speedups and laws need one that has its estimate in it. */
const throughputSchema = estimateSchema
  .extend({ estimate: perSecond, low: perSecond, high: perSecond })
  .refine(holdsEstimate, { error: 'the estimate is outside of its interval' });

/** One variant at one point. */
export const pointVariantSchema = z.strictObject({
  name: z.enum(VARIANT_NAMES),
  threads: wholeWithin(1, FOLDER_LIMITS.threads),
  concurrency: OPTION_VALUES.concurrency,
  /** Trials that count: complete and without failures. */
  trials: wholeWithin(0, LIMITS.rounds),
  failedJobs: count,
  /** Jobs per second while every slot was busy, median over trials; null if no trial has it. */
  throughput: throughputSchema.nullable(),
  wallMs: estimateSchema.nullable(),
  /**
   * Medians over those trials: of the main thread, of the worker threads, and of the embedded server with libuv's and
   * V8's threads; null where the system does not report it.
   */
  cpuMsPerJob: z.strictObject({ main: figure, workers: figure, elsewhere: amount }).nullable(),
  /** Share of its time in which the embedded server was not waiting; null for any other. */
  serverBusy: figure.nullable(),
  /** Of a variant on a queue, medians over those trials: CPU of the queue server and of the coordinator. */
  queue: z
    .strictObject({
      serverCpuMsPerJob: estimateSchema.nullable(),
      coordinatorCpuMsPerJob: estimateSchema,
      bytesPerJob: figure.nullable(),
    })
    .optional(),
});
export type PointVariant = z.infer<typeof pointVariantSchema>;

/** What a point's run came to. The run itself, with every trial, is in the folder `path`. */
export const pointResultSchema = z.strictObject({
  runId: z.string(),
  /** Relative to sweep.json, with `/`. The page links there: it can lead nowhere else. */
  path: z.string().regex(/^points\/(?!\.)[^/\\]+$/),
  /** Index into `sessions`. */
  session: wholeWithin(0, FOLDER_LIMITS.sessions),
  measuredAt: z.iso.datetime(),
  durationMs: amount,
  jobs: OPTION_VALUES.jobs,
  rounds: wholeWithin(0, LIMITS.rounds),
  endedBy: z.enum(ENDED_BY).nullable(),
  variants: perVariant(pointVariantSchema),
  /** Every pair, as in run.json. */
  comparisons: comparisonsSchema,
  /** Responses that differed between variants. */
  mismatches: count,
  /** Codes of the run's warnings. */
  warnings: z
    .array(z.strictObject({ code: z.string(), variant: z.enum(VARIANT_NAMES).nullable() }))
    .max(FOLDER_LIMITS.warnings),
});
export type PointResult = z.infer<typeof pointResultSchema>;

export const sweepPointSchema = z.strictObject({
  /** Unique in the sweep, fit for a file name: `cpu-5_concurrency-16`. */
  key: z.string(),
  /** Values of the axes, in their order. */
  at: z.array(amount).min(1).max(2),
  /** Null until it has been measured. */
  result: pointResultSchema.nullable(),
  /** Why the last attempt came to nothing. */
  failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type SweepPoint = z.infer<typeof sweepPointSchema>;

/** sweep.json: what a sweep has measured so far, and what follows from it. Replaced whole after each point. */
export const sweepRecordSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
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
  pid: count,
  exitCode: wholeWithin(0, 255).nullable(),
  failure: failureSchema.nullable(),
  definition: sweepDefinitionSchema,
  /** SHA-256 of the definition and Threadmill's version, hex: tells what may be resumed. */
  digest: z.string(),
  /** What `--target-rate` asks about, jobs a second; it changes nothing that is measured. */
  targetRate: perSecond.optional(),
  /** Steps of the reference loop in a millisecond, taken once so that `--cpu` means the same at each point; 0 without. */
  cpuIterationsPerMs: amount,
  /** Each time that somebody worked on it. */
  sessions: z
    .array(z.strictObject({ startedAt: z.iso.datetime(), environment: environmentSchema, measured: count }))
    .min(1)
    .max(FOLDER_LIMITS.sessions),
  /** In the order in which they are measured: shuffled, so that a drift of the machine is no trend along an axis. */
  points: z.array(sweepPointSchema).min(1).max(LIMITS.points),
  warnings: warningsSchema,
  /** Null while points are still being measured. */
  analysis: sweepAnalysisSchema.nullable(),
  /** Null until the session has ended. */
  verdict: sweepVerdictSchema.nullable(),
});
export type SweepRecord = z.infer<typeof sweepRecordSchema>;
