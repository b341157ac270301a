import { z } from 'zod';
import { latencySchema } from './estimate.ts';
import { FOLDER_LIMITS, LIMITS } from './limits.ts';
import { count, figure, wholeWithin, within } from './numbers.ts';
import { openLoopSchema } from './open-loop.ts';
import { OUTCOMES } from './outcomes.ts';
import {
  machineSpanSchema,
  nativeThreadsSchema,
  serverSpanSchema,
  threadSpanSchema,
  throttlingSchema,
} from './spans.ts';

const outcomesSchema = z.strictObject(
  Object.fromEntries(OUTCOMES.map((name) => [name, wholeWithin(0, LIMITS.jobs)])) as Record<
    (typeof OUTCOMES)[number],
    z.ZodInt
  >,
);

/** One failed job, quoted so that a person can act on it. Secrets are redacted before it is made. */
export const jobErrorSchema = z.strictObject({
  position: wholeWithin(0, LIMITS.jobs),
  /** Index into the workload's list of items. */
  item: wholeWithin(0, LIMITS.jobs),
  /** What the workload calls the item. */
  name: z.string(),
  /** The item's input, or its request, cut; null for none, and for jobs that were lost with their thread. */
  input: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  status: count.nullable(),
  code: z.string().nullable(),
  message: z.string(),
});
export type JobError = z.infer<typeof jobErrorSchema>;

/**
 * Jobs in flight while there were enough left to fill every lane: from the start that could have filled the last
 * lane to the last start of all. By Little's law it is throughput times latency; a lane that waits between two
 * jobs makes it less than asked for.
 */
const inFlightSchema = z.strictObject({ asked: figure, mean: figure, spanMs: figure });
export type InFlight = z.infer<typeof inFlightSchema>;

export const blockSchema = z.strictObject({
  /** 1-based; warm-up blocks have round 0. */
  round: wholeWithin(0, LIMITS.rounds),
  /** Place within its round, 0-based. */
  order: count,
  /**
   * From the first job's start (on a schedule: from when it could be due) to the last job's settlement, ms; null
   * if the block was not completed.
   */
  wallMs: within(FOLDER_LIMITS.leastWallMs, FOLDER_LIMITS.figure).nullable(),
  outcomes: outcomesSchema,
  /** Response bytes of all jobs. */
  bytes: figure,
  latencyMs: latencySchema,
  /** Null for a run that is not open loop. */
  open: openLoopSchema.nullable(),
  /** Null for a block that is not a closed loop, and where there are no more jobs than lanes. */
  inFlight: inFlightSchema.nullable(),
  /** Longest time in which jobs were in flight and none ended, ms; null if no job ended. */
  longestGapMs: figure.nullable(),
  /** CPU of the whole runner process within the block, ms. */
  cpuUserMs: figure.nullable(),
  cpuSystemMs: figure.nullable(),
  /** High-water mark of the runner's resident set: of the block on Linux, elsewhere since the process began; bytes. */
  peakRssBytes: figure.nullable(),
  /** Every thread of the runner that runs jobs or hands them out, the main thread first. */
  threads: z.array(threadSpanSchema).max(FOLDER_LIMITS.threads),
  /** Null where the system does not tell (anything but Linux). */
  nativeThreads: nativeThreadsSchema.nullable(),
  machine: machineSpanSchema,
  /** Null without a CPU limit, and where the system does not tell. */
  throttling: throttlingSchema.nullable(),
  /** Null for any server but the embedded one. */
  server: serverSpanSchema.nullable(),
  /** Connections opened within the timed block; null where the workload has none to count. */
  connectionsOpened: count.nullable(),
  /** The first few failures: at most three of each kind of error, and at most nine of each outcome. */
  errors: z.array(jobErrorSchema).max(OUTCOMES.length * FOLDER_LIMITS.errorsOfOutcome),
  /** Why the block has no wall, if it has none. */
  lost: z.string().nullable(),
});
export type BlockRecord = z.infer<typeof blockSchema>;
