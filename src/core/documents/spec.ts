import { z } from 'zod';
import { amount } from './numbers.ts';
import { OPTION_VALUES } from './option-values.ts';

/** How the jobs of an open loop come: evenly, or as from many users who know nothing of each other. */
export const ARRIVALS = ['uniform', 'poisson'] as const;
export type Arrivals = (typeof ARRIVALS)[number];

/** What each is, `WorkloadSettings` says: an interface of its own, so that workload files show it in their editor. */
export const workloadSettingsSchema = z.strictObject({
  baseUrl: z.string(),
  jobs: OPTION_VALUES.jobs.nullable(),
  seed: OPTION_VALUES.seed,
  latencyMs: OPTION_VALUES.latencyMs.nullable(),
  jitter: OPTION_VALUES.jitter,
  cpuMs: OPTION_VALUES.cpuMs,
  cpuIterationsPerMs: amount,
  payloadBytes: OPTION_VALUES.payloadBytes.nullable(),
  keepAlive: z.boolean(),
}) satisfies z.ZodType<WorkloadSettings>;

/**
 * How jobs are started. Closed: the next one when one ends, at most `rateLimit` a second if that is given. Open:
 * on a schedule, whether or not others have ended.
 */
export const loadSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('closed'), rateLimit: OPTION_VALUES.rate.nullable() }),
  z.strictObject({
    kind: z.literal('open'),
    /** Jobs a second. */
    rate: OPTION_VALUES.rate,
    arrivals: z.enum(ARRIVALS),
  }),
]);
export type Load = z.infer<typeof loadSchema>;

export const TRANSFERS = ['auto', 'clone', 'transfer'] as const;
export const RESULTS = ['return', 'digest'] as const;
export const INPUTS = ['send', 'load'] as const;

/** How `offload` and `worker-pool` move the data of a job between threads. */
export const handoverSchema = z.strictObject({
  /**
   * `auto`: bytes go to a worker thread by transfer where they own their whole ArrayBuffer, else by structured clone.
   * `transfer`: others are copied first, and results that own their whole ArrayBuffer come back by transfer as well.
   */
  transfer: z.enum(TRANSFERS),
  /** `return`: the main thread gets what each job returned; `digest`: only the row of the job. */
  results: z.enum(RESULTS),
  /** `send`: a job that has data comes with it; `load`: each thread has it from the workload. */
  inputs: z.enum(INPUTS),
});
export type Handover = z.infer<typeof handoverSchema>;
export const DEFAULT_HANDOVER: Handover = { transfer: 'auto', results: 'return', inputs: 'send' };

/** All that a runner needs to repeat what a run did: saved as spec.json in the run folder. */
export const runSpecSchema = z.strictObject({
  schemaVersion: z.literal(2),
  runId: z.string(),
  workload: z.strictObject({
    name: z.string(),
    /** The bundle, relative to spec.json. */
    bundle: z.string(),
    /** The user's file, as shown to people. */
    source: z.string(),
    /** Different items that the plan cycles through. */
    items: OPTION_VALUES.jobs,
    /** Whether its jobs have a CPU part of their own: `process`, or `compute` beside `run`. */
    hasCpuPart: z.boolean(),
    /** Whether its items are data, and not numbers or requests. */
    hasInputs: z.boolean(),
    settings: workloadSettingsSchema,
  }),
  /** Length of the plan. */
  jobs: OPTION_VALUES.jobs,
  /** Jobs in flight at once, all threads together; `sequential` always has 1. */
  concurrency: OPTION_VALUES.concurrency,
  /** Threads of the worker-pool variants. */
  workers: OPTION_VALUES.workers,
  variants: OPTION_VALUES.variants,
  /** Null: until the precision is reached or the time is up. */
  rounds: OPTION_VALUES.rounds.nullable(),
  precision: OPTION_VALUES.precision,
  /** Longest that the rounds may take when their number is not given, ms. */
  maxTimeMs: OPTION_VALUES.maxTimeMs,
  /** Rounds to have before that time may end them, within five times as much of it. */
  leastRounds: OPTION_VALUES.leastRounds,
  /** Whether the baseline runs once more, as its own opponent. */
  aa: z.boolean(),
  /** Whether a traced pass follows the rounds. */
  trace: z.boolean(),
  load: loadSchema,
  handover: handoverSchema,
  /** Untimed trials before the first round. */
  warmup: OPTION_VALUES.warmup,
  /** Longest that one job may take, ms. */
  timeoutMs: OPTION_VALUES.timeoutMs,
  seed: OPTION_VALUES.seed,
});
export type RunSpec = z.infer<typeof runSpecSchema>;

/** The settings that a workload file's function receives; every value is resolved, none is optional. */
export interface WorkloadSettings {
  /** Origin (and base path) of the server, without a trailing slash. May hold credentials: never log it raw. */
  readonly baseUrl: string;
  /** `--jobs`, or null: as many as the workload itself says. */
  readonly jobs: number | null;
  readonly seed: number;
  /** `--latency`: the same mean latency for every built-in API, ms; null: each has its own. */
  readonly latencyMs: number | null;
  /** Coefficient of variation of the latencies; 0 is fixed. */
  readonly jitter: number;
  /** CPU work on each response, ms on this machine. */
  readonly cpuMs: number;
  /** Iterations of the reference loop that take 1 ms here; equal for all variants of a run. */
  readonly cpuIterationsPerMs: number;
  /** `--payload`: size of each response, bytes; null: each API its own. */
  readonly payloadBytes: number | null;
  /** False: a new connection for each request. */
  readonly keepAlive: boolean;
}
