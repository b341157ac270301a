/** The largest values that may be asked for, whoever asks: command line, request, workload or server. */
export const LIMITS = {
  /** Of a plan, and items of a workload. */
  jobs: 10_000_000,
  /** Jobs in flight at once; also connections to one port. */
  concurrency: 65_535,
  workers: 1_024,
  rounds: 10_000,
  warmup: 1_000,
  seed: 0xffff_ffff,
  /** Of one job, and of all rounds: a day, ms. */
  timeMs: 86_400_000,
  /** Latency, or CPU work, of one response: ten minutes, ms. */
  responseMs: 600_000,
  /** Standard deviation ÷ mean. */
  jitter: 10,
  /** Of one response: a GiB, bytes. */
  payloadBytes: 1_073_741_824,
} as const;
