import { z } from 'zod';
import { CAPTURE_NAMES } from './capture-names.ts';
import { gateResultSchema } from './gate.ts';
import { OUTCOMES } from './outcomes.ts';
import { runComparisonSchema } from './run-comparison.ts';
import { runSpecSchema } from './spec.ts';
import { VARIANT_NAMES } from './variant-names.ts';

/**
 * A number with its spread. `method` says what low and high are: the quartiles of the rounds; the ends of an
 * interval that holds the true median with probability `level`; or the smallest and largest round, and what
 * that is worth as such an interval.
 */
export const estimateSchema = z.strictObject({
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  method: z.enum(['median-quartiles', 'hettmansperger-sheather', 'range']),
  /** Probability, 0 to 1; null for quartiles. */
  level: z.number().nullable(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/**
 * Percentiles over jobs, ms. Null where the jobs are too few to support one: p99 wants 1,000 of them, p99.9
 * wants 10,000. p90 is also given below the 100 that would support it, for a first impression.
 */
export const latencySchema = z.strictObject({
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  p999: z.number().nullable(),
  max: z.number().nullable(),
});
export type LatencySummary = z.infer<typeof latencySchema>;

const outcomesSchema = z.strictObject(
  Object.fromEntries(OUTCOMES.map((name) => [name, z.int().nonnegative()])) as Record<
    (typeof OUTCOMES)[number],
    z.ZodInt
  >,
);

/** One failed job, quoted so that a person can act on it. Secrets are redacted before it is made. */
export const jobErrorSchema = z.strictObject({
  position: z.int().nonnegative(),
  name: z.string(),
  outcome: z.enum(OUTCOMES),
  status: z.int().nullable(),
  code: z.string().nullable(),
  message: z.string(),
});
export type JobError = z.infer<typeof jobErrorSchema>;

/** What one thread of a runner did within a block. */
export const threadSpanSchema = z.strictObject({
  /** 0 is the main thread, workers count from 1. */
  thread: z.int().nonnegative(),
  eventLoop: z.strictObject({
    /** Time in which the loop was not waiting for events, ms. */
    activeMs: z.number(),
    /** How late the loop came to a timer due every 10 ms (the 10 ms taken off); null for a span too short. */
    delayMs: z.strictObject({ mean: z.number(), p99: z.number(), max: z.number() }).nullable(),
  }),
  /** Charged by the kernel; null where it does not tell (anything but Linux). */
  cpu: z
    .strictObject({
      cpuMs: z.number(),
      /**
       * The same in the program and in the kernel. Before Node 22.15 by the kernel's ticks of 10 ms, and null
       * where there were fewer than five.
       */
      userMs: z.number().nullable(),
      systemMs: z.number().nullable(),
      /** Ready to run, and waiting for a CPU. */
      waitMs: z.number(),
      voluntarySwitches: z.int(),
      involuntarySwitches: z.int(),
    })
    .nullable(),
  gc: z.strictObject({ count: z.int(), pauseMs: z.number(), longestMs: z.number() }),
  /** At the end of the block. */
  heapUsedBytes: z.number(),
});
export type ThreadSpan = z.infer<typeof threadSpanSchema>;

/** What the machine as a whole did within a block, all CPUs together; null where the system does not tell. */
export const machineSpanSchema = z
  .strictObject({
    /**
     * In use by any program, the kernel, the server and the runner included, ms. Counted in ticks of 10 ms for
     * each CPU, so that it is coarse for a short block, and only means something over several of them.
     */
    busyMs: z.number(),
    /**
     * The same without the runner and the embedded server: what other programs took, ms. As coarse, and never
     * negative: a mean over short blocks is too high.
     */
    othersMs: z.number().nullable(),
    /** Taken by the hypervisor, ms. */
    stealMs: z.number(),
    /** Wall time in which some program waited for a CPU, ms. */
    pressureMs: z.number().nullable(),
  })
  .nullable();
export type MachineSpan = z.infer<typeof machineSpanSchema>;

/** What the embedded server did within a block. */
export const serverSpanSchema = z.strictObject({
  requests: z.int(),
  cpuMs: z.number(),
  /** Share of the span in which its event loop was not waiting, 0 to 1. */
  eventLoopUtilization: z.number(),
});
export type ServerSpan = z.infer<typeof serverSpanSchema>;

/**
 * A block whose jobs start on a schedule (`--rate`). Response time counts from the moment at which a job was
 * meant to start, so that a stall is charged to every job that it kept waiting; service time, `latencyMs` of the
 * block, counts from the moment at which it did.
 */
export const openLoopSchema = z.strictObject({
  responseMs: latencySchema,
  meanResponseMs: z.number().nullable(),
  /** Actual start minus intended start, of all jobs that started. */
  latenessMs: latencySchema,
  /** Jobs a second that the schedule asked for, and that were started, from the first start to the last. */
  offeredPerSecond: z.number(),
  achievedPerSecond: z.number().nullable(),
  /** Jobs that never started, because no lane became free within the time limit of a job after the last was due. */
  unsent: z.int().nonnegative(),
});
export type OpenLoopSpan = z.infer<typeof openLoopSchema>;

/** The same over a variant's blocks: medians of what each of them says, the maxima over all of them. */
export const openLoopSummarySchema = openLoopSchema.omit({ unsent: true }).extend({
  /** What speedups are ratios of, with the quartiles of the rounds. */
  meanResponseMs: estimateSchema,
});
export type OpenLoopSummary = z.infer<typeof openLoopSummarySchema>;

/**
 * Jobs in flight while there were enough left to fill every lane: from the start that could have filled the last
 * lane to the last start of all. By Little's law it is throughput times latency; a lane that waits between two
 * jobs makes it less than asked for.
 */
export const inFlightSchema = z.strictObject({ asked: z.number(), mean: z.number(), spanMs: z.number() });
export type InFlight = z.infer<typeof inFlightSchema>;

export const blockSchema = z.strictObject({
  /** 1-based; warm-up blocks have round 0. */
  round: z.int().nonnegative(),
  /** Place within its round, 0-based. */
  order: z.int().nonnegative(),
  /**
   * From the first job's start (on a schedule: from when it could be due) to the last job's settlement, ms; null
   * if the block was not completed.
   */
  wallMs: z.number().nullable(),
  outcomes: outcomesSchema,
  /** Response bytes of all jobs. */
  bytes: z.number(),
  latencyMs: latencySchema,
  /** Null for a run that is not open loop. */
  open: openLoopSchema.nullable(),
  /** Null for a block that is not a closed loop, and where there are no more jobs than lanes. */
  inFlight: inFlightSchema.nullable(),
  /** CPU of the whole runner process within the block, ms. */
  cpuUserMs: z.number().nullable(),
  cpuSystemMs: z.number().nullable(),
  /** High-water mark of the runner's resident set: of the block on Linux, elsewhere since the process began; bytes. */
  peakRssBytes: z.number().nullable(),
  /** Every thread of the runner that runs jobs or hands them out, the main thread first. */
  threads: z.array(threadSpanSchema),
  machine: machineSpanSchema,
  /** Null for any server but the embedded one. */
  server: serverSpanSchema.nullable(),
  /** Connections opened within the timed block; null where the workload has none to count. */
  connectionsOpened: z.int().nullable(),
  /** The first few failures, at most three of each outcome. */
  errors: z.array(jobErrorSchema),
  /** Why the block has no wall, if it has none. */
  lost: z.string().nullable(),
});
export type BlockRecord = z.infer<typeof blockSchema>;

/** Two variants compared over the rounds in which both have a comparable block. */
export const comparisonSchema = z.strictObject({
  a: z.enum(VARIANT_NAMES),
  b: z.enum(VARIANT_NAMES),
  rounds: z.int(),
  /**
   * Median over rounds of the wall of `a` divided by that of `b`, on a schedule of their mean response times: the
   * speedup of `b` over `a`.
   */
  ratio: estimateSchema.nullable(),
  /** BCa bootstrap interval of the same, for comparison with other tools; no verdict rests on it. */
  bootstrap: z.strictObject({ low: z.number(), high: z.number(), level: z.number() }).nullable(),
  /** Sign-flip test, two-sided, and its p-value after Holm's correction over all pairs. */
  test: z
    .strictObject({ pValue: z.number(), pHolm: z.number(), method: z.enum(['exact', 'monte-carlo']) })
    .nullable(),
  /** Smallest difference of the walls that these rounds would have shown in 80% of runs, percent. */
  minimumDetectableEffect: z.number().nullable(),
  /** Of `b` against `a`. */
  verdict: z.enum(['faster', 'slower', 'no-difference', 'undecided']),
  reason: z.enum(['too-few-rounds', 'interval-and-test-disagree']).nullable(),
  /** Rounds below which nothing could be claimed, whatever the walls. */
  fewestRounds: z.int(),
});
export type ComparisonRecord = z.infer<typeof comparisonSchema>;

/** Phases of a job, in the order in which they follow each other. */
export const PHASES = ['queue', 'dns', 'tcp', 'tls', 'send', 'wait', 'download', 'process'] as const;
export type PhaseName = (typeof PHASES)[number];

/** What the wall of every thread went into; together they are wall × threads. */
export const ACCOUNT_PARTS = [
  'waiting',
  'user-cpu',
  'client-cpu',
  'gc',
  'queueing',
  'messaging',
  'idle',
] as const;
export type AccountPart = (typeof ACCOUNT_PARTS)[number];

const accountSchema = z.strictObject(
  Object.fromEntries(ACCOUNT_PARTS.map((name) => [name, z.number().nonnegative()])) as Record<
    AccountPart,
    z.ZodNumber
  >,
);
export type Account = z.infer<typeof accountSchema>;

/** The shortest wall that perfect overlap could reach, ms, and what keeps it from being shorter. */
export const limitSchema = z.strictObject({
  wallMs: z.number().positive(),
  binds: z.enum(['waits', 'cpu', 'server']),
  /**
   * Longest chain of jobs: the longest single one, or all of them one after another in as many chains as there
   * are jobs in flight.
   */
  waitsMs: z.number(),
  /**
   * CPU of the threads that run jobs, divided by how many of them can run at once; or, if that is longer, CPU of
   * the runner and the embedded server, divided by the CPUs of the machine.
   */
  cpuMs: z.number(),
  /**
   * The plan at the embedded server's ceiling, or at what it answered where a variant kept it busy for over 90% of
   * the time, whichever is slower; null where neither is known.
   */
  serverMs: z.number().nullable(),
  /** `wallMs` divided by the variant's typical timed wall: 1 is perfect. */
  efficiency: z.number(),
  /**
   * Whose jobs' times the waits are taken from: the variant with the fewest in flight. With one in flight those of
   * its timed blocks; else of its traced one as much as is certainly theirs, so that the limit may be too low.
   */
  reference: z.enum(VARIANT_NAMES),
});
export type Limit = z.infer<typeof limitSchema>;

/** What a traced pass says of a variant. Its figures are of traced blocks: never timings. */
export const traceRecordSchema = z.strictObject({
  /** Pairs of a traced and a plain block, in turn, after the timed rounds. */
  pairs: z.int().positive(),
  /** Traced wall divided by plain wall (on a schedule: mean response times), over the pairs: what tracing costs. */
  overhead: estimateSchema,
  /** Wall of the traced block that the figures below are of: the one in the middle, ms. */
  wallMs: z.number(),
  phases: z.array(
    z.strictObject({
      phase: z.enum(PHASES),
      /** Jobs that had this phase. */
      jobs: z.int().nonnegative(),
      totalMs: z.number(),
      p50: z.number().nullable(),
      p90: z.number().nullable(),
      max: z.number().nullable(),
    }),
  ),
  /** Each thread's wall by what it went into, ms; the main thread first. */
  threads: z.array(z.strictObject({ thread: z.int().nonnegative(), account: accountSchema })),
  /** CPU of the process outside those threads (V8's and libuv's helpers), ms; null where unknown. */
  helperCpuMs: z.number().nullable(),
  limit: limitSchema.nullable(),
});
export type TraceRecord = z.infer<typeof traceRecordSchema>;

/** A block far from the others of its variant, after Tukey: kept, and marked. */
export const outlierSchema = z.strictObject({
  round: z.int().positive(),
  /** On a schedule the mean response time. */
  wallMs: z.number(),
  kind: z.enum(['mild', 'severe']),
  side: z.enum(['low', 'high']),
});

export const variantRecordSchema = z.strictObject({
  name: z.enum(VARIANT_NAMES),
  /** Threads that run jobs: 1 for the variants on the main thread. */
  threads: z.int().positive(),
  /** Jobs in flight at once, all threads together. */
  concurrency: z.int().positive(),
  /** Load the workload, start the threads, open the client, ms; apart from every block. */
  startupMs: z.number().nullable(),
  /** From spawning the runner until its first line ran, ms. */
  processStartMs: z.number().nullable(),
  state: z.enum(['pending', 'ready', 'lost']),
  lostReason: z.string().nullable(),
  warmups: z.array(blockSchema),
  blocks: z.array(blockSchema),
  outliers: z.array(outlierSchema),
  /** Null without a traced pass. */
  trace: traceRecordSchema.nullable(),
  /** Over completed blocks without failures; null if there is none. */
  summary: z
    .strictObject({
      blocks: z.int().positive(),
      wallMs: estimateSchema,
      /** Against the first variant of the run, paired within each round; null for lack of pairs. */
      speedup: estimateSchema.nullable(),
      jobsPerSecond: z.number(),
      latencyMs: latencySchema,
      /** Null for a closed loop. */
      open: openLoopSummarySchema.nullable(),
      cpuMs: z.number().nullable(),
      peakRssBytes: z.number().nullable(),
    })
    .nullable(),
});
export type VariantRecord = z.infer<typeof variantRecordSchema>;

export const warningSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  advice: z.string(),
  variant: z.enum(VARIANT_NAMES).nullable(),
});
export type Warning = z.infer<typeof warningSchema>;

/** Either a file of the run folder, or why there is none. Paths are relative to run.json, with `/`. */
export const artefactSchema = z.union([
  z.strictObject({
    variant: z.enum(VARIANT_NAMES),
    capture: z.enum(CAPTURE_NAMES),
    title: z.string(),
    path: z.string(),
    threads: z.enum(['all', 'main']),
    /** How long the load lasted while it was captured, ms, and how often the plan ran. */
    loadMs: z.number().nullable(),
    repeats: z.int().nullable(),
    /** What a reader must know to not be misled. */
    caveat: z.string().nullable(),
  }),
  z.strictObject({
    variant: z.enum(VARIANT_NAMES),
    capture: z.enum(CAPTURE_NAMES),
    unavailable: z.string(),
    advice: z.string().nullable(),
  }),
]);
export type Artefact = z.infer<typeof artefactSchema>;

export const mismatchSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  round: z.int(),
  position: z.int(),
  name: z.string(),
  /** Status and digest of the baseline's response and of this one's, e.g. `200 · 1f2e3d4c · 120 B`. */
  expected: z.string(),
  actual: z.string(),
});
export type Mismatch = z.infer<typeof mismatchSchema>;

export const environmentSchema = z.strictObject({
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  arch: z.string(),
  release: z.string(),
  cpuModel: z.string(),
  cpus: z.int(),
  memoryBytes: z.number(),
  loadAverage: z.number(),
  /** Share of the machine's CPU time that other programs used just before the run, 0 to 1. */
  backgroundLoad: z.number(),
  clock: z.string(),
  /** Smallest step of the clock seen, ns. */
  clockResolutionNs: z.number(),
  /** One instant on both clocks, read as the run began: places the times of jobs and samples in wall time. */
  clockAnchor: z.strictObject({
    /** On the clock of process.hrtime(), which all processes of a machine share, ns. */
    hrtimeNs: z.number(),
    /** Since 1970-01-01T00:00:00Z, ms. */
    unixMs: z.number(),
  }),
  /** Direct dependencies that shape the figures: name to version. */
  packages: z.record(z.string(), z.string()),
});
export type Environment = z.infer<typeof environmentSchema>;

/** run.json: everything that a report needs besides the raw rows and profiles beside it. */
export const runRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  threadmill: z.string(),
  command: z.enum(['bench', 'profile']),
  /** The command line, redacted. */
  commandLine: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  status: z.enum(['running', 'completed', 'aborted', 'failed']),
  /** Orchestrator's process id while status is running: tells a live run from a killed one. */
  pid: z.int(),
  exitCode: z.int().nullable(),
  failure: z
    .strictObject({ code: z.string(), message: z.string(), advice: z.string().nullable() })
    .nullable(),
  environment: environmentSchema,
  /** With credentials removed from URLs. */
  spec: runSpecSchema,
  server: z.strictObject({
    kind: z.enum(['embedded', 'foreign', 'none']),
    url: z.string().nullable(),
    /**
     * What the embedded server could answer at most, from the best of three short bursts before the run: 64
     * connections, no latency, keep-alive and payload as the run has them. Null for other servers, for payloads
     * of megabytes, and where it could not be told.
     */
    ceiling: z
      .strictObject({
        /**
         * Requests answered, divided by the time that they took of its event loop: so many it could answer if it
         * waited for nothing and had a CPU to itself. Sharing its CPUs with the client it answers fewer.
         */
        requestsPerSecond: z.number(),
        /** Of its whole process. */
        cpuMsPerRequest: z.number(),
        /** Of the server's event loop during the burst, 0 to 1. */
        eventLoopUtilization: z.number(),
      })
      .nullable(),
    /**
     * How the response times of a foreign server changed from the first block to the last: the trend of the
     * blocks' median latencies, each relative to the median of its variant. Null for other servers, fewer than
     * five blocks, and latencies of nothing.
     */
    drift: z
      .strictObject({
        /** Theil–Sen, from first block to last. */
        percent: z.number(),
        /** Mann–Kendall, two-sided. */
        pValue: z.number(),
      })
      .nullable(),
  }),
  /** How the rounds ended. */
  rounds: z.strictObject({
    completed: z.int().nonnegative(),
    /** Null while the run goes on, and for one that was stopped or failed. */
    endedBy: z.enum(['rounds', 'precision', 'max-time']).nullable(),
    /** Times that the precision was looked at; 0 for a fixed number of rounds. */
    looks: z.int().nonnegative(),
    /** Half the width of the widest interval at the last look, as a share of its ratio; null for none. */
    halfWidth: z.number().nullable(),
  }),
  variants: z.array(variantRecordSchema),
  /** A/A arm (`--check`): the baseline once more, in a process of its own, as if it were another variant. */
  check: z.strictObject({ arm: variantRecordSchema, comparison: comparisonSchema.nullable() }).nullable(),
  /** Every pair of variants, in the order of `variants`. */
  comparisons: z.array(comparisonSchema),
  equivalence: z.strictObject({
    baseline: z.enum(VARIANT_NAMES),
    /** Pairs of responses compared, and how many of them differed. */
    compared: z.int(),
    mismatches: z.int(),
    /** The first few. */
    examples: z.array(mismatchSchema),
  }),
  /** How it compares with the run that `--baseline` named; null without one, and for a run that did not end. */
  comparedWith: runComparisonSchema.nullable(),
  /** What became of each `--fail-if`; empty without any, and for a run that did not end. */
  gates: z.array(gateResultSchema),
  warnings: z.array(warningSchema),
  artefacts: z.array(artefactSchema),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
