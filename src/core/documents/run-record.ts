import { z } from 'zod';
import { CAPTURE_NAMES } from '../captures.ts';
import { FOLDER_LIMITS, LIMITS } from '../limits.ts';
import { OPTION_VALUES } from '../option-fields.ts';
import { VARIANT_NAMES } from '../variants.ts';
import { againstSchema } from './against.ts';
import type { PhaseName } from './breakdown.ts';
import { PHASES } from './breakdown.ts';
import { gateResultSchema, runComparisonSchema } from './comparison.ts';
import { estimateSchema, latencySchema } from './estimate.ts';
import { fairnessSchema } from './fairness.ts';
import { amount, count, figure, perVariant, positive, wholeWithin, within } from './numbers.ts';
import { reconciledSchema } from './reconciled.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { runSpecSchema } from './spec.ts';
import { sweepPlaceSchema } from './sweep-axes.ts';
import { crossoverSchema, traceRecordSchema } from './trace-record.ts';
import { nativeThreadsSchema, openLoopSummarySchema, trialSchema } from './trial-record.ts';
import { verdictSchema } from './verdict.ts';

/** Either a file of the run folder, or why there is none. Paths are relative to run.json, with `/`. */
export const artifactSchema = z.union([
  z.strictObject({
    variant: z.enum(VARIANT_NAMES),
    capture: z.enum(CAPTURE_NAMES),
    title: z.string(),
    path: z.string(),
    /** `some`: all that Threadmill started, and none that the workload started itself. */
    threads: z.enum(['all', 'some', 'main']),
    /** How long the load lasted while it was captured, ms, and how often the plan ran. */
    loadMs: figure.nullable(),
    repeats: wholeWithin(1, FOLDER_LIMITS.figure).nullable(),
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
export type Artifact = z.infer<typeof artifactSchema>;

/** Two variants compared over the rounds in which both have a comparable trial. */
export const comparisonSchema = z.strictObject({
  a: z.enum(VARIANT_NAMES),
  b: z.enum(VARIANT_NAMES),
  rounds: count,
  /**
   * Median over rounds of the wall of `a` divided by that of `b`, on a schedule of their mean response times: the
   * speedup of `b` over `a`.
   */
  ratio: estimateSchema.nullable(),
  /** Sign-flip test, two-sided, and its p-value after Holm's correction over all pairs. */
  test: z
    .strictObject({ pValue: figure, pHolm: figure, method: z.enum(['exact', 'monte-carlo']) })
    .nullable(),
  /** Smallest difference of the walls that these rounds would have shown in 80% of runs, percent. */
  minimumDetectableEffect: figure.nullable(),
  /**
   * Of `b` against `a`. `no-difference` only if a difference of 10% would have been detected; every output shows
   * this verdict.
   */
  verdict: z.enum(['faster', 'slower', 'no-difference', 'inconclusive']),
  /**
   * Why it is inconclusive, if it is. `too-noisy`: a difference of 10% might have been missed. `clients-differ`: what
   * `fairness` names may be why the times differ.
   */
  reason: z.enum(['too-few-rounds', 'interval-and-test-disagree', 'too-noisy', 'clients-differ']).nullable(),
  /** Rounds below which nothing could be claimed, whatever the walls. */
  minRounds: count,
});
/** Every pair of variants. */
export const comparisonsSchema = z
  .array(comparisonSchema)
  .max((VARIANT_NAMES.length * (VARIANT_NAMES.length - 1)) / 2);
export type ComparisonRecord = z.infer<typeof comparisonSchema>;

const cpuCount = wholeWithin(1, FOLDER_LIMITS.cpus);
/** The least that Linux accepts: 1 ms of each second. */
const cpuShare = within(0.001, FOLDER_LIMITS.cpus);

/** Direct dependencies are some ten. */
const MAX_PACKAGES = 100;

/** Before they are looked at one by one. */
const fewPackages = z
  .unknown()
  .refine(
    (value) => typeof value !== 'object' || value === null || Object.keys(value).length <= MAX_PACKAGES,
    { error: `more than ${MAX_PACKAGES} packages` },
  );

export const environmentSchema = z.strictObject({
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  arch: z.string(),
  release: z.string(),
  cpuModel: z.string(),
  /** Logical CPUs of the machine that are online. */
  cpus: cpuCount,
  /**
   * CPUs that the run could use, by affinity or cpuset: how many, and the kernel's list (`0`, `0-3,8`), which may
   * name CPUs that are offline. Null where the system does not report it (anything but Linux).
   */
  cpuAffinity: z.strictObject({ cpus: cpuCount, list: z.string().regex(/^[\d,-]+$/) }).nullable(),
  /**
   * The tightest CPU limit of the run's control groups: CPU time ÷ wall time, and the period in which the kernel
   * enforces it, ms. Null for none, and where the system does not tell.
   */
  cpuQuota: z.strictObject({ cpus: cpuShare, periodMs: positive }).nullable(),
  /** CPUs that the run could use at once: the least of the three above; a quota need not be a whole number. */
  availableCpus: cpuShare,
  memoryBytes: amount,
  loadAverage: amount,
  /** Share of the time of these CPUs (without the quota) that other programs used just before the run, 0 to 1. */
  backgroundLoad: figure,
  clock: z.string(),
  /** Smallest step of the clock seen, ns. */
  clockResolutionNs: amount,
  /** One instant on both clocks, read as the run began: places the times of jobs and samples in wall time. */
  clockAnchor: z.strictObject({
    /** On the clock of process.hrtime(), which all processes of a machine share, ns. */
    hrtimeNs: amount,
    /** Since 1970-01-01T00:00:00Z, ms. */
    unixMs: amount,
  }),
  /** Direct dependencies that shape the figures: name to version. */
  packages: z.pipe(fewPackages, z.record(z.string(), z.string())),
});
export type Environment = z.infer<typeof environmentSchema>;

/** The jobs of one name, of one variant, over all timed trials. Shown; no claim rests on it. */
const nameFiguresSchema = z.strictObject({
  name: z.string(),
  /** How many names the row is of: the last row of many is of all those that have none of their own. */
  names: wholeWithin(1, LIMITS.jobs),
  /** That began. */
  jobs: count,
  /** That did not end ok, of those that began. */
  failed: count,
  /** From start to end of those that ended ok, ms; null where they are too few. */
  p50Ms: figure.nullable(),
  p90Ms: figure.nullable(),
  /** Means over the jobs of the traced trial, ms; null without one. */
  phasesMs: z
    .strictObject(
      Object.fromEntries(PHASES.map((phase) => [phase, figure])) as Record<PhaseName, z.ZodNumber>,
    )
    .nullable(),
});
export type NameFigures = z.infer<typeof nameFiguresSchema>;

/** A trial far from the others of its variant, after Tukey: kept, and marked. */
const outlierSchema = z.strictObject({
  round: OPTION_VALUES.rounds,
  /** On a schedule the mean response time. */
  wallMs: figure,
  kind: z.enum(['mild', 'severe']),
  side: z.enum(['low', 'high']),
});

const variantSummarySchema = z.strictObject({
  trials: OPTION_VALUES.rounds,
  wallMs: estimateSchema,
  /** Against the first variant of the run, paired within each round; null for lack of pairs. */
  speedup: estimateSchema.nullable(),
  jobsPerSecond: figure,
  latencyMs: latencySchema,
  /** Null for a closed loop. */
  open: openLoopSummarySchema.nullable(),
  cpuMs: figure.nullable(),
  /** Of it, outside the threads that run or hand out jobs. */
  nativeThreads: nativeThreadsSchema.nullable(),
  peakRssBytes: figure.nullable(),
});

/** What a pool's workers cost by themselves, read once, after they have started. */
const workerCostSchema = z.strictObject({
  /**
   * Memory of one with the workload loaded, bytes. Of threads: by how much that of their process rose when they started.
   * Null if it did not rise.
   */
  rssBytes: figure.nullable(),
  /** Its own and its share of what processes share; null for threads, and where the system does not tell. */
  pssBytes: figure.nullable(),
  /** CPU of a task that does nothing, by a thousand of them, ms: of the main thread, and of all threads and processes. */
  taskMs: z.strictObject({ main: figure.nullable(), all: figure }).nullable(),
});
export type WorkerCost = z.infer<typeof workerCostSchema>;

export const variantRecordSchema = z.strictObject({
  name: z.enum(VARIANT_NAMES),
  /** Threads that run jobs: 1 for the variants on the main thread. */
  threads: wholeWithin(1, FOLDER_LIMITS.threads),
  /** Jobs in flight at once, all threads together. */
  concurrency: OPTION_VALUES.concurrency,
  /** Load the workload, start the threads, open the client, ms; apart from every trial. */
  startupMs: figure.nullable(),
  /** Of its workers while they have no job; null for a variant without any. */
  workerCost: workerCostSchema.nullable(),
  /** From spawning the runner until its first line ran, ms. */
  processStartMs: figure.nullable(),
  /** `failed`: no job of its warm-up ended ok, so that no round of it was run. */
  state: z.enum(['pending', 'ready', 'lost', 'failed']),
  /** Of `lost` and `failed`. */
  lostReason: z.string().nullable(),
  warmups: z.array(trialSchema).max(LIMITS.warmup),
  trials: z.array(trialSchema).max(LIMITS.rounds),
  /**
   * What all threads held after the rounds and a full collection, bytes. Only where memory rose from trial to trial: what was
   * read before the trials has old garbage in it.
   */
  heldAfterBytes: figure.optional(),
  outliers: z.array(outlierSchema).max(LIMITS.rounds),
  /** Null without a traced pass. */
  trace: traceRecordSchema.nullable(),
  /** Over completed trials without failures; null if there is none. */
  summary: variantSummarySchema.nullable(),
  /**
   * Where `summary` is null: the same over all completed trials, if fewer than 5% of their jobs failed. Latencies and
   * jobs/s are of the jobs that ended ok. To be shown, and nothing to be claimed from: it has no speedup.
   */
  summaryWithFailures: variantSummarySchema.nullable(),
  /** By name, those that took the most time first, at most 21 rows; none where all jobs have one name. */
  byName: z.array(nameFiguresSchema).max(FOLDER_LIMITS.namesWithRow + 1),
});
export type VariantRecord = z.infer<typeof variantRecordSchema>;

// The record is in several files for those who read it; who uses it imports all of it from here.
export { BREAKDOWN_PARTS, type BreakdownPart, PHASES, type PhaseName } from './breakdown.ts';
export { type Estimate, estimateSchema, type LatencySummary, latencySchema } from './estimate.ts';
export type { Bottleneck, Breakdown, Crossover, TraceRecord } from './trace-record.ts';
export type {
  MachineSpan,
  NativeThreads,
  OpenLoopSpan,
  OpenLoopSummary,
  QueueSpan,
  QueueWorkerSpan,
  ServerSpan,
  ThreadSpan,
  Throttling,
} from './trial-record.ts';
export {
  type InFlight,
  type JobError,
  jobErrorSchema,
  type TrialRecord,
  trialSchema,
} from './trial-record.ts';

const LONGEST_ID = 200;

export const warningSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  advice: z.string(),
  variant: z.enum(VARIANT_NAMES).nullable(),
});
export type Warning = z.infer<typeof warningSchema>;
export const warningsSchema = z.array(warningSchema).max(FOLDER_LIMITS.warnings);

export const mismatchSchema = z.strictObject({
  variant: z.enum(VARIANT_NAMES),
  round: wholeWithin(1, LIMITS.rounds),
  position: wholeWithin(0, LIMITS.jobs),
  name: z.string(),
  /** Status and digest of the baseline's response and of this one's, e.g. `200 · 1f2e3d4c · 120 B`. */
  expected: z.string(),
  actual: z.string(),
});
export type Mismatch = z.infer<typeof mismatchSchema>;

/** The error that ended it. */
export const failureSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  advice: z.string().nullable(),
});

/** How rounds can end; the last two only those of `--against`. */
export const ENDED_BY = ['rounds', 'precision', 'max-time', 'decided', 'undecidable'] as const;

/** run.json: everything that a report needs besides the raw rows and profiles beside it. */
export const runRecordSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** Of the folder as well; it stands in each line of a CSV. */
  id: z.string().max(LONGEST_ID),
  threadmill: z.string(),
  command: z.enum(['bench', 'profile']),
  /** The command line, redacted. */
  commandLine: z.string(),
  /** Folder of all runs, as it was named there; redacted. Commands that the report shows find the run by it. */
  out: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  status: z.enum(['running', 'completed', 'aborted', 'failed']),
  /** Orchestrator's process id while status is running: tells a live run from a killed one. */
  pid: count,
  exitCode: wholeWithin(0, 255).nullable(),
  failure: failureSchema.nullable(),
  environment: environmentSchema,
  /** What was checked out around the workload file; null outside of a git repository, and for the built-in workload. */
  git: z
    .strictObject({
      commit: z.string().regex(/^[0-9a-f]{40,64}$/),
      /** Whether files that git knows differed from that commit. */
      modified: z.boolean(),
    })
    .nullable(),
  /** With credentials removed from URLs. */
  spec: runSpecSchema,
  server: z.strictObject({
    kind: z.enum(['embedded', 'external', 'none']),
    url: z.string().nullable(),
    /**
     * What the embedded server could answer at most, from the best of three short bursts before the run: 64
     * connections, no latency, keep-alive and payload as the run has them. Null for other servers, for payloads
     * of megabytes, for a run of too few rounds and jobs to claim anything, and where it could not be told.
     */
    ceiling: z
      .strictObject({
        /**
         * Requests answered, divided by the busy time of its event loop: the throughput without waiting and with a
         * CPU of its own. A server that shares its CPUs with the client answers fewer.
         */
        requestsPerSecond: figure,
        /** Of its whole process. */
        cpuMsPerRequest: figure,
        /** Of the server's event loop during the burst, 0 to 1. */
        eventLoopUtilization: figure,
      })
      .nullable(),
    /**
     * How the response times of an external server changed from the first trial to the last: the trend of the
     * trials' median latencies, each relative to the median of its variant. Null for other servers, fewer than
     * five trials, and latencies of nothing.
     */
    drift: z
      .strictObject({
        /** Theil–Sen, from first trial to last. */
        percent: figure,
        /** Mann–Kendall, two-sided. */
        pValue: figure,
      })
      .nullable(),
  }),
  /** How the rounds ended. */
  rounds: z.strictObject({
    completed: wholeWithin(0, LIMITS.rounds),
    /**
     * Null while the run is in progress, and for one that was stopped or failed. Of `--against`: `decided`, all gates are;
     * `undecidable`, none can be any more, because jobs failed.
     */
    endedBy: z.enum(ENDED_BY).nullable(),
    /** Times that the precision was looked at; 0 for a fixed number of rounds. */
    looks: wholeWithin(0, LIMITS.rounds),
    /**
     * Half the width of the widest interval at the last look, as a share of its figure: a speedup, or of one variant
     * alone its wall or CPU. Null for none.
     */
    halfWidth: figure.nullable(),
  }),
  /** What others took of the CPUs during the timed trials, as shares of all CPU time, 0 to 1. */
  machineLoad: z.strictObject({
    /**
     * Other programs, at least. Null where the system does not tell, and with a server on this machine that is not
     * Threadmill's own.
     */
    othersShare: figure.nullable(),
    /** The hypervisor. Null where the system does not tell. */
    stealShare: figure.nullable(),
  }),
  variants: perVariant(variantRecordSchema),
  /** A/A arm (`--aa`): the baseline once more, in a process of its own, as if it were another variant. */
  aa: z.strictObject({ arm: variantRecordSchema, comparison: comparisonSchema.nullable() }).nullable(),
  /** Null without a traced pass of sequential and event-loop, on a schedule, and where jobs hardly wait. */
  crossover: crossoverSchema.nullable(),
  /** Every pair of variants, in the order of `variants`. */
  comparisons: comparisonsSchema,
  equivalence: z.strictObject({
    baseline: z.enum(VARIANT_NAMES),
    /** Pairs of responses compared, and how many of them differed. */
    compared: count,
    mismatches: count,
    /** The first few. */
    examples: z.array(mismatchSchema).max(VARIANT_NAMES.length * FOLDER_LIMITS.mismatchesOfVariant),
  }),
  /** Null for a run that compares no HTTP clients. */
  fairness: fairnessSchema.nullable(),
  /** Null without `--fault`. */
  reconciled: reconciledSchema.nullable(),
  /** Null for a run that is no point of a sweep. */
  sweep: sweepPlaceSchema.nullable(),
  /** Versions of `--against`; null without it. */
  against: againstSchema.nullable(),
  /**
   * How it compares with the run that `--baseline` named, or with the base of `--against`; null without either, and for
   * a run that did not end.
   */
  comparedWith: runComparisonSchema.nullable(),
  /** What became of each `--fail-if`; empty without any, and for a run that did not end. */
  gates: z.array(gateResultSchema).max(LIMITS.gates),
  /** What follows from all of it; null until the rounds have ended. */
  verdict: verdictSchema.nullable(),
  warnings: warningsSchema,
  /** Two captures leave a file for each thread, the others one for each variant. */
  artifacts: z.array(artifactSchema).max(VARIANT_NAMES.length * (2 * FOLDER_LIMITS.threads + 10)),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
