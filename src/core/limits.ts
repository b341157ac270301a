/** The largest values that may be asked for, whoever asks: command line, request, workload or server. */
export const LIMITS = {
  /** Of a plan, and items of a workload. */
  jobs: 10_000_000,
  /** Jobs in flight at once; also connections to one port. */
  concurrency: 65_535,
  workers: 1_024,
  /** libuv's own limit. */
  uvThreads: 1_024,
  rounds: 10_000,
  /** Rounds that a run without a given number of them waits for. */
  minRounds: 100,
  warmup: 1_000,
  seed: 0xffff_ffff,
  /** Of one job, and of all rounds: a day, ms. */
  timeMs: 86_400_000,
  /** Half-width of an interval, as a share: 0.01% to 100%. */
  precision: { least: 0.0001, most: 1 },
  /** Jobs a second: one in a quarter of an hour, and more than any client on one machine could start. */
  rate: { least: 0.001, most: 1_000_000 },
  /** Latency, or CPU work, of one response: ten minutes, ms. */
  responseMs: 600_000,
  /** Standard deviation ÷ mean. */
  jitter: 10,
  /** Of one response: a GiB, bytes. */
  payloadBytes: 1_073_741_824,
  gates: 100,
  /** Between two samples of a recording, ms. */
  recordedIntervalMs: { least: 0.05, most: 1_000 },
  /** The shortest stall that a recording may list, ms. */
  stallMs: 5,
  /** Of a sweep, and values of one of its axes: at half a minute each, more take the better part of two hours. */
  points: 200,
} as const;

/**
 * What a run folder may hold. It may be somebody else's, so readers refuse more than this; Threadmill writes no more.
 */
export const FOLDER_LIMITS = {
  /**
   * Of run.json and sweep.json: bytes, and JSON values of any kind; these take 0.3 GB in memory. 10,000
   * rounds of every variant with two workers are 4 million.
   */
  documentBytes: 128 * 1024 * 1024,
  documentValues: 4_500_000,
  /** Of a JSON file beside them, bytes. */
  sidecarBytes: 32 * 1024 * 1024,
  /** Distance of any figure from 0. Up to here a double counts by ones, and products of figures stay finite. */
  figure: Number.MAX_SAFE_INTEGER,
  /** The shortest wall, ms: clocks count nanoseconds. */
  minWallMs: 1e-6,
  /** Of one machine; Linux supports 8,192. */
  cpus: 65_536,
  /** Threads of a runner: the workers, and the main thread. */
  threads: LIMITS.workers + 1,
  /** A thread that takes another's place has a number of its own. The column for it has 16 bits. */
  threadNumber: 65_535,
  /** Workers of a queue in one trial: replacements have a number of their own. */
  queueWorkers: 4 * LIMITS.workers,
  /** Characters of the name of a worker's machine. */
  hostName: 255,
  /** Of one response, bytes: as many as the page can pack. */
  responseBytes: 1e15,
  /** Jobs of a traced trial: a row takes 249 bytes. */
  tracedJobs: 1_000_000,
  /** Failures quoted of a trial, of each outcome; responses quoted that differ, of each variant. */
  errorsOfOutcome: 9,
  mismatchesOfVariant: 3,
  warnings: 1_000,
  /** Names of jobs that have a row of their own; the others share one more. */
  namesWithRow: 20,
  /** Times that somebody worked on a sweep. */
  sessions: 10_000,
} as const;

export const DEFAULT_OUT = 'profiles';
/** Jobs in flight, where nothing else is asked for. */
export const DEFAULT_CONCURRENCY = 16;
