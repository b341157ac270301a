import { z } from 'zod';
import { FOLDER_LIMITS, LIMITS } from '../limits.ts';
import { OUTCOMES } from '../outcomes.ts';
import { estimateSchema, latencySchema } from './estimate.ts';
import { amount, count, figure, positive, wholeWithin, within } from './numbers.ts';

/**
 * A trial on a schedule (`--rate`). Response time counts from a job's intended start, so that a stall is charged to
 * all jobs that it delayed; service time, `latencyMs`, from its actual one.
 */
const openLoopSchema = z.strictObject({
  responseMs: latencySchema,
  meanResponseMs: positive.nullable(),
  /** Actual start minus intended start, of all jobs that started. */
  latenessMs: latencySchema,
  /** Jobs a second that the schedule asked for, and that were started, from the first start to the last. */
  offeredPerSecond: figure,
  achievedPerSecond: figure.nullable(),
  /** Jobs that never started, because no slot became free within the time limit of a job after the last was due. */
  unsent: count,
});
export type OpenLoopSpan = z.infer<typeof openLoopSchema>;

/** The same over a variant's trials: medians of what each of them says, the maxima over all of them. */
export const openLoopSummarySchema = openLoopSchema.omit({ unsent: true }).extend({
  /** What speedups are ratios of, with the quartiles of the rounds. */
  meanResponseMs: estimateSchema,
});
export type OpenLoopSummary = z.infer<typeof openLoopSummarySchema>;

/** Of a thread: 0 is the main thread, workers count from 1. */
export const threadNumber = wholeWithin(0, FOLDER_LIMITS.threadNumber);

const threadSpanSchema = z.strictObject({
  thread: threadNumber,
  eventLoop: z.strictObject({
    /** Time in which the loop was not waiting for events, ms. */
    activeMs: figure,
    /** How late the loop came to a timer due every 10 ms (the 10 ms taken off); null for a span too short. */
    delayMs: z.strictObject({ mean: figure, p99: figure, max: figure }).nullable(),
  }),
  /** Charged by the kernel; null where it does not tell (anything but Linux). */
  cpu: z
    .strictObject({
      cpuMs: figure,
      /** In the program and in the kernel. Before Node 22.15 by ticks of 10 ms; null for fewer than five. */
      userMs: figure.nullable(),
      systemMs: figure.nullable(),
      /** Ready to run, and waiting for a CPU. */
      waitMs: figure,
      /** Between the two readings, which lie a little outside the trial, on a busy machine far outside. */
      spanMs: figure,
      voluntarySwitches: count,
      involuntarySwitches: count,
    })
    .nullable(),
  gc: z.strictObject({ count: count, pauseMs: figure, longestMs: figure }),
  /**
   * Held just before the trial, after a collection of the nursery: V8's heap, old garbage included, and contents of
   * Buffers. Null: none could be forced.
   */
  heapBeforeBytes: figure.nullable(),
  /** V8's heap at the end of the trial, garbage included. It may have held more: its peak is in the traced pass. */
  heapUsedBytes: figure,
});
export type ThreadSpan = z.infer<typeof threadSpanSchema>;

/**
 * CPU of threads that run none of the jobs' JavaScript; beside libuv's and V8's, that of native libraries and own
 * Workers.
 */
export const nativeThreadsSchema = z.strictObject({
  /** CPU of the process less that of `threads`, ms. */
  cpuMs: amount,
  /**
   * libuv's thread pool, which all threads share: its threads at the end, and their CPU, ms. Null: can't be told
   * apart.
   */
  libuv: z
    .strictObject({
      threads: count,
      cpuMs: amount,
    })
    .nullable(),
  /** V8's helpers (garbage collection, compiling), ms. Null where they can't be told apart. */
  v8Ms: amount.nullable(),
});
export type NativeThreads = z.infer<typeof nativeThreadsSchema>;

/** How often and for how long the CPU limit of a control group stopped the run within a trial. */
const throttlingSchema = z.strictObject({
  /** Periods of the limit in which it did. */
  periods: count,
  /** The kernel sums this over CPUs, so that it may be more than the wall. */
  ms: amount,
});
export type Throttling = z.infer<typeof throttlingSchema>;

/** What the CPUs that the run could use did within a trial, all together; null where the system does not report it. */
const machineSpanSchema = z
  .strictObject({
    /**
     * In use by any program, server and runner included, ms. In ticks of 10 ms: only sums over several trials mean
     * much.
     */
    busyMs: figure,
    /**
     * Without the runner and the embedded server, ms. As coarse, and never negative: a mean over short trials is too
     * high.
     */
    othersMs: figure.nullable(),
    /** Taken by the hypervisor, ms. */
    stealMs: figure,
    /** Wall time in which some program waited for a CPU, ms. */
    pressureMs: figure.nullable(),
  })
  .nullable();
export type MachineSpan = z.infer<typeof machineSpanSchema>;

const serverSpanSchema = z.strictObject({
  requests: count,
  cpuMs: figure,
  /** Share of the span in which its event loop was not waiting, 0 to 1. */
  eventLoopUtilization: figure,
});
export type ServerSpan = z.infer<typeof serverSpanSchema>;

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
 * Jobs in flight while there were enough to fill every slot. A slot that waits between two jobs makes it less than
 * asked for.
 */
const inFlightSchema = z.strictObject({ asked: figure, mean: figure, spanMs: figure });
export type InFlight = z.infer<typeof inFlightSchema>;

/** A worker of a queue in one trial. */
export const queueWorkerSchema = z.strictObject({
  /** Its threads that run jobs, as far as it told them. */
  threads: z.array(threadNumber).max(FOLDER_LIMITS.threads),
  /** Name of its machine, as it says itself, and number of its process there. */
  host: z.string().max(FOLDER_LIMITS.hostName),
  pid: count,
  /** Jobs whose row it made. */
  jobs: wholeWithin(0, LIMITS.jobs),
  /** CPU of its process, ms; null for a worker that was lost. */
  cpuMs: amount.nullable(),
  /** How far its times may be off on the common axis, ms. Durations are not. */
  clockErrorMs: amount,
});
export type QueueWorkerSpan = z.infer<typeof queueWorkerSchema>;

/** A trial of distributed-queue. */
const queueSpanSchema = z.strictObject({
  /** All that were there in the trial. */
  workers: z.array(queueWorkerSchema).max(FOLDER_LIMITS.queueWorkers),
  /** Jobs that were started more than once, because their worker was lost or did not renew its lock. */
  reRuns: count,
  /** Results that came when the job’s row was there already; they do not count. Of lost workers they are not known. */
  duplicates: count,
  /** Rows that had arrived and that the store had lost: they count. */
  lostRows: count,
  /** To and from the queue server, bytes; null if it was started anew meanwhile. */
  bytesIn: figure.nullable(),
  bytesOut: figure.nullable(),
  /** CPU of the queue server, and of the process that hands out the jobs, ms. */
  serverCpuMs: figure.nullable(),
  coordinatorCpuMs: figure,
});
export type QueueSpan = z.infer<typeof queueSpanSchema>;

export const trialSchema = z.strictObject({
  /** 1-based; warm-up trials have round 0. */
  round: wholeWithin(0, LIMITS.rounds),
  /** Place within its round, 0-based. */
  order: count,
  /**
   * From the first start (on a schedule: the first due) to the last job's end, ms; null if the trial was not
   * completed.
   */
  wallMs: within(FOLDER_LIMITS.minWallMs, FOLDER_LIMITS.figure).nullable(),
  outcomes: outcomesSchema,
  /**
   * Failed jobs with which the trial is compared all the same: those that an injected fault explains, and the share that
   * `--allow-failures` allows. `latencyMs` and `open` are then of the jobs that ended ok in every variant of the round.
   */
  allowedFailures: wholeWithin(0, LIMITS.jobs),
  bytes: figure,
  latencyMs: latencySchema,
  /** Null for a run that is not open loop. */
  open: openLoopSchema.nullable(),
  /** Null for a trial that is not a closed loop, and where there are no more jobs than slots. */
  inFlight: inFlightSchema.nullable(),
  /** Longest time in which jobs were in flight and none ended, ms; null if no job ended. */
  longestGapMs: figure.nullable(),
  /** CPU of the whole runner process within the trial, ms. */
  cpuUserMs: figure.nullable(),
  cpuSystemMs: figure.nullable(),
  /** High-water mark of the runner's resident set: of the trial on Linux, elsewhere since the process began; bytes. */
  peakRssBytes: figure.nullable(),
  /** Every thread of the runner that runs jobs or hands them out, the main thread first. */
  threads: z.array(threadSpanSchema).max(FOLDER_LIMITS.threads),
  /** Null where the system does not report it (anything but Linux). */
  nativeThreads: nativeThreadsSchema.nullable(),
  machine: machineSpanSchema,
  /** Null without a CPU limit, and where the system does not tell. */
  throttling: throttlingSchema.nullable(),
  /** Null for any server but the embedded one. */
  server: serverSpanSchema.nullable(),
  /** Connections opened within the timed trial; null where the workload has none to count. */
  connectionsOpened: count.nullable(),
  /** Connections open at once within the timed trial, at the most: those of all threads added up. */
  connections: count.nullable(),
  /** Requests that were sent again (`--retry`), and what the failed ones before them took, ms. Null: not known. */
  retries: z.strictObject({ sent: count, wastedMs: figure }).nullable(),
  /** The first few failures: at most three of each kind of error, and at most nine of each outcome. */
  errors: z.array(jobErrorSchema).max(OUTCOMES.length * FOLDER_LIMITS.errorsOfOutcome),
  /** Of distributed-queue only. */
  queue: queueSpanSchema.optional(),
  /** Why the trial has no wall, if it has none. */
  lost: z.string().nullable(),
});
export type TrialRecord = z.infer<typeof trialSchema>;

/** Figures of a trial whose runner did not report them. */
export const NOT_MEASURED = {
  wallMs: null,
  open: null,
  inFlight: null,
  cpuUserMs: null,
  cpuSystemMs: null,
  peakRssBytes: null,
  nativeThreads: null,
  machine: null,
  throttling: null,
  server: null,
  connectionsOpened: null,
  connections: null,
  retries: null,
} as const satisfies Partial<TrialRecord>;
