import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import type { Allocations, FlameData } from './flame.ts';
import { amount, count, figure, wholeWithin } from './numbers.ts';
import { WAIT_KINDS } from './recorder-lines.ts';
import { type Warning, warningsSchema } from './run-record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import type { SourceExcerpts } from './source-excerpts.ts';
import type { Timeline } from './timeline.ts';
import { GATE_OUTCOMES } from './verdict.ts';

/** What a recording may hold. Stalls and requests beyond it are counted; other things beyond it are left out. */
export const RECORDING_LIMITS = {
  processes: 2_000,
  threads: 10_000,
  stalls: 500,
  stack: 40,
  waits: 500,
  spans: 5_000,
  pausesOfThread: 2_000,
  ticksOfThread: 20_000,
  others: 200,
  exported: 3,
} as const;

export const codePlaceSchema = z.strictObject({
  name: z.string(),
  /** Null for V8's own. */
  file: z.string().nullable(),
  line: count.nullable(),
});
export type CodePlace = z.infer<typeof codePlaceSchema>;

export const recordedProcessSchema = z.strictObject({
  pid: count,
  ppid: count,
  /** Script and its arguments, as short as they tell processes apart; redacted. */
  name: z.string(),
  commandLine: z.string(),
  cwd: z.string(),
  node: z.string(),
  startUs: figure,
  endUs: figure,
  /** `killed`: it ended without an exit handler, so that up to the last second of it may be missing. */
  ended: z.enum(['in-order', 'killed']),
  /**
   * Why it was not recorded, if it was not: it has a `--cpu-prof` of its own, it is the parent process of `node --test`, or
   * its Node refused the recorder.
   */
  skipped: z.enum(['cpu-prof', 'test-runner', 'refused']).nullable(),
  /** All of its threads, V8's and libuv's among them, without what it took to load the recorder; ms. */
  cpuMs: amount.nullable(),
  rssPeakBytes: amount.nullable(),
  /**
   * libuv's pool, which all threads of the process share: its threads, and for how long of the time watched a new
   * request would have waited for one of them, in all and at most, ms. Null where it was not watched.
   */
  pool: z.strictObject({ size: count, watchedMs: amount, waitMs: amount, longestMs: amount }).nullable(),
  /** Time in which at least one of its worker threads was busy, ms. */
  workersBusyMs: amount,
  /** Samples before this instant were dropped to limit the size of the recording. */
  droppedUntilUs: figure.nullable(),
});
export type RecordedProcess = z.infer<typeof recordedProcessSchema>;

export const recordedThreadSchema = z.strictObject({
  /** Its number in this recording, as in its profile: main threads and workers in order of their start. */
  thread: count,
  process: count,
  /** `worker.threadId`, as the program sees it; 0 is the main thread. */
  threadId: count,
  label: z.string(),
  /** `pool-worker`: of Piscina, tinypool or workerpool. */
  role: z.enum(['main', 'worker', 'pool-worker']),
  /** Script of a worker, as frames are shown; null for a main thread and for code in a string. */
  script: z.string().nullable(),
  startUs: figure,
  endUs: figure,
  /** Relative to recording.json, with `/`; null: it was not sampled. */
  profile: z
    .string()
    .regex(/^threads\/thread-\d+\.cpuprofile$/)
    .nullable(),
  samples: count,
  /** From the samples: sampled in all, and of that not waiting, ms. On a crowded machine some of it is waiting for a CPU. */
  sampledMs: amount,
  busyMs: amount,
  /** In functions of the recorder, ms. */
  recorderMs: amount,
  /** On a CPU; ready to run but waiting for one: Linux only, and null where the recorder was not loaded, ms. */
  cpuMs: amount.nullable(),
  cpuWaitMs: amount.nullable(),
  gc: z.strictObject({ count, totalMs: amount, longestMs: amount }),
  /** How late a timer of 20 ms came: mean and most, ms. */
  lag: z.strictObject({ meanMs: amount, maxMs: amount }).nullable(),
  heapPeakBytes: amount.nullable(),
  messages: z.strictObject({ sent: count, sendMs: amount }),
  /** How many, and how long together, ms. */
  stalls: z.strictObject({ count, totalMs: amount }),
});
export type RecordedThread = z.infer<typeof recordedThreadSchema>;

/** An event loop that did not come back. */
export const recordedStallSchema = z.strictObject({
  thread: count,
  startUs: figure,
  endUs: figure,
  /** False: the thread ended in it. */
  over: z.boolean(),
  cpuMs: amount.nullable(),
  cpuWaitMs: amount.nullable(),
  /** `cpu`: it computed; `cpu-wait`: others had the CPU for most of it; `blocked`: a call did not return, e.g. `execSync`. */
  kind: z.enum(['cpu', 'cpu-wait', 'blocked', 'unknown']),
  /** The innermost function of the program or its packages; null where no sample tells. */
  function: codePlaceSchema.nullable(),
  /** Share of the stall that it was on the stack, 0 to 1. */
  share: figure.nullable(),
  /** The outermost first. */
  stack: z.array(codePlaceSchema).max(RECORDING_LIMITS.stack),
  /** Requests to this process that were open meanwhile, as far as their times were kept. */
  requests: count,
  /** True: more may have been open, because the times of only the longest requests were kept. */
  moreRequests: z.boolean(),
});
export type RecordedStall = z.infer<typeof recordedStallSchema>;

export const recordedWaitSchema = z.strictObject({
  kind: z.enum(WAIT_KINDS),
  /** Host, program or path; redacted. */
  target: z.string(),
  /** Where one of them was started, `file:line`. */
  site: z.string().nullable(),
  count,
  failed: count,
  totalMs: amount,
  maxMs: amount,
});
export type RecordedWait = z.infer<typeof recordedWaitSchema>;

export const VERDICT_CODES = [
  'nothing-recorded',
  'main-saturated',
  'oversubscribed',
  'waiting-for-cpu',
  'workers-starved',
  'thread-pool-saturated',
  'gc-bound',
  'blocked-by-sync-io',
  'messages-too-large',
  'waiting-on-host',
  'cpu-bound',
  'mostly-idle',
  'nothing-stands-out',
] as const;

/** The bottlenecks of the program, most important first, each with its figures. */
export const verdictSchema = z.strictObject({
  code: z.enum(VERDICT_CODES),
  /** Number of the thread that it is about. */
  thread: count.nullable(),
  function: codePlaceSchema.nullable(),
  /** A host, for `waiting-on-host`. */
  target: z.string().nullable(),
  /** By name; shares are 0 to 1, times ms. */
  evidence: z.record(z.string(), figure),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** One `--fail-if`, and what the recording says of it. */
const recordedGateSchema = z.strictObject({
  expression: z.string(),
  outcome: z.enum(GATE_OUTCOMES),
  unit: z.enum(['ms', '%']),
  /** In `unit`; null where it was not recorded. */
  value: figure.nullable(),
});
export type RecordedGate = z.infer<typeof recordedGateSchema>;

/** A program below the command that was not recorded, and did not start and end within a quarter of a second. */
const otherProgramSchema = z.strictObject({
  name: z.string(),
  count,
  /** Of all of them, as they were last seen, ms; null if they were never seen while they ran. */
  cpuMs: amount.nullable(),
});

/** recording.json: what `threadmill record` found. Times in µs are on the clock of process.hrtime(). */
export const recordingSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  threadmill: z.string(),
  name: z.string(),
  /** As it was typed, and the part after `--`; redacted, as is the next. */
  commandLine: z.string(),
  command: z.string(),
  cwd: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** How the command ended; null if it went on after `--duration`. Codes above 255 exist on Windows only. */
  exit: z
    .strictObject({ code: wholeWithin(0, 2 ** 32 - 1).nullable(), signal: z.string().nullable() })
    .nullable(),
  settings: z.strictObject({
    intervalUs: count,
    stallMs: amount,
    waits: z.boolean(),
    delayMs: amount.nullable(),
    durationMs: amount.nullable(),
    include: z.array(z.string()),
    exclude: z.array(z.string()),
  }),
  machine: z.strictObject({
    node: z.string(),
    platform: z.string(),
    arch: z.string(),
    cpuModel: z.string(),
    /** CPUs that the program could use at once. */
    availableCpus: amount,
  }),
  /** From the first process's start to the last one's end. */
  startUs: figure,
  endUs: figure,
  /** `startUs` in wall time. */
  startedAt: z.iso.datetime(),
  processes: z.array(recordedProcessSchema).max(RECORDING_LIMITS.processes),
  threads: z.array(recordedThreadSchema).max(RECORDING_LIMITS.threads),
  /** The longest ones, the longest first; each thread says how many it had. */
  stalls: z.array(recordedStallSchema).max(RECORDING_LIMITS.stalls),
  /** The longest in total first. */
  waits: z.array(recordedWaitSchema).max(RECORDING_LIMITS.waits),
  others: z.array(otherProgramSchema).max(RECORDING_LIMITS.others),
  verdicts: z.array(verdictSchema).min(1).max(VERDICT_CODES.length),
  /** Hot functions that the program's own modules export, the hottest first: `threadmill scaffold` makes workloads of them. */
  exported: z.array(codePlaceSchema).max(RECORDING_LIMITS.exported),
  gates: z.array(recordedGateSchema).max(LIMITS.gates),
  warnings: warningsSchema,
});
export type Recording = z.infer<typeof recordingSchema>;

/** events.json: what the timeline shows beside the samples; µs on the clock of process.hrtime(). */
export const recordingEventsSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  threads: z
    .array(
      z.strictObject({
        thread: count,
        /** Start and length of the longest garbage collections, one after the other, in order of time. */
        gc: z.array(figure).max(2 * RECORDING_LIMITS.pausesOfThread),
        /** Instant, and how late the event loop was at most since the one before it, µs; one after the other. */
        lag: z.array(figure).max(2 * RECORDING_LIMITS.ticksOfThread),
      }),
    )
    .max(RECORDING_LIMITS.threads),
  /** The longest requests, in and out, in order of their start. */
  spans: z
    .array(
      z.strictObject({
        thread: count,
        kind: z.enum(WAIT_KINDS),
        target: z.string(),
        startUs: figure,
        endUs: figure,
      }),
    )
    .max(RECORDING_LIMITS.spans),
});
export type RecordingEvents = z.infer<typeof recordingEventsSchema>;

/** What pages and summaries of a recording are drawn from. */
export interface LoadedRecording {
  /**
   * True: made of profiles that another program wrote. Then only names, times, samples and verdicts of the recording
   * mean anything; paths of scripts are relative to the folder that all of them have in common.
   */
  readonly imported: boolean;
  readonly recording: Recording;
  readonly flame: FlameData;
  /** Of the threads whose allocations were sampled. */
  readonly allocations: Allocations;
  /** Null where nobody asked for it. */
  readonly timeline: Timeline | null;
  readonly sources: readonly SourceExcerpts[];
  /** What can't be read, or is less than it seems. */
  readonly problems: readonly Warning[];
}
