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
