import { z } from 'zod';
import { CLIENT_NAMES, type ClientName } from '../clients.ts';
import type { Fault } from '../faults.ts';
import { LIMITS } from '../limits.ts';
import { OPTION_VALUES, specFields } from '../option-fields.ts';
import { ARRIVALS, type OptionName } from '../options.ts';
import type { HttpProtocol } from '../protocols.ts';
import { amount, wholeWithin } from './numbers.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

/** What each is, `WorkloadSettings` says: an interface of its own, so that workload files show it in their editor. */
export const workloadSettingsSchema = z.strictObject({
  baseUrl: z.string(),
  ...specFields('settings'),
  cpuIterationsPerMs: amount,
  client: z.enum(CLIENT_NAMES).nullable(),
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

/** `source` of the workload that runs without `--workload`. */
export const BUILT_IN_WORKLOAD = 'built-in: four APIs';

/** All that a runner needs to repeat what a run did: saved as spec.json in the run folder. */
export const runSpecSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
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
  jobs: OPTION_VALUES.jobs,
  /** Jobs in flight at once, all threads together; `sequential` always has 1. */
  concurrency: OPTION_VALUES.concurrency,
  /** Threads of the worker-pool variants. */
  workers: OPTION_VALUES.workers,
  variants: OPTION_VALUES.variants,
  /** Only for `distributed-queue`: `embedded`, or the URL without credentials. */
  queue: OPTION_VALUES.queue.optional(),
  /** Only for `distributed-queue`: `4` processes on this machine, or `external:4` workers that join. */
  queueWorkers: OPTION_VALUES.queueWorkers.optional(),
  ...specFields('plan'),
  /** Rounds to have before that time may end them, within five times as much of it. */
  minRounds: wholeWithin(1, LIMITS.minRounds),
  load: loadSchema,
});
export type RunSpec = z.infer<typeof runSpecSchema>;

/** How `offload` and `worker-pool` move the data of a job between threads. */
export type Handover = Pick<RunSpec, 'transfer' | 'results' | 'inputs'>;

/** The value of an option in a run: settled, where the run settled it. */
export function specValue(spec: RunSpec, name: OptionName): unknown {
  const places: readonly object[] = [spec, spec.workload.settings];
  return places.flatMap((place) => (name in place ? [place[name as keyof typeof place] as unknown] : []))[0];
}

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
  /** `--protocol`; null: as the workload says. */
  readonly protocol: HttpProtocol | null;
  /** `--client`: what sends the requests of `httpWorkload`; null: undici’s dispatch, or as the variant says. */
  readonly client: ClientName | null;
  /** `--ca`, or the certificate of the embedded server: a PEM file; null: the authorities that Node knows. */
  readonly ca: string | null;
  /** `--insecure`: any certificate will do. */
  readonly insecure: boolean;
  /** `--retry`: requests of a job at the most; null: as the workload says. */
  readonly retry: number | null;
  /** `--tls`: the embedded server speaks TLS. */
  readonly tls: boolean;
  /** `--fault`: faults that the embedded server injects. */
  readonly fault: Fault[];
}

/**
 * What variants are compared by: the wall of a plan, at its goodput if jobs failed, or on a schedule, which sets the wall,
 * the response time.
 */
export type ComparedQuantity = 'wall' | 'response';
