/** Environment variable that carries the settings below, as JSON, to every recorded process. */
export const CONFIG_VARIABLE = 'THREADMILL_RECORD';

/** In options joined by spaces or commas. Node's test runner passes on `--cpu-prof-interval`, which takes no profile. */
export const TAKES_PROFILE = /(?:^|[\s,])--cpu[-_]prof(?:$|[\s,])/;

/** Settings that `threadmill record` passes to the recorder in each process. Times are µs on the clock of process.hrtime(). */
export interface RecorderConfig {
  /** Absolute folder that exists; the recorder writes its files there. */
  readonly dir: string;
  /** Absolute path of preload.cjs; controller.cjs lies beside it. */
  readonly preload: string;
  readonly intervalUs: number;
  /** An event loop that is blocked for this long or longer has stalled, ms. */
  readonly stallMs: number;
  readonly waits: boolean;
  /** Mean sampling interval of allocations, bytes; null: allocations are not sampled. */
  readonly heapIntervalBytes: number | null;
  /** Recording begins and ends here; null: when the process starts, and when it ends. */
  readonly fromUs: number | null;
  readonly untilUs: number | null;
  /** Parts of script paths. A process is recorded if it has one of `include` (or that is empty), and none of `exclude`. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Recording begins and ends with a SIGUSR2 to the process. */
  readonly toggle: boolean;
  /** A file by this path ends the recording. */
  readonly stopFile: string;
  /** Samples of one process take no more on disk: the oldest are dropped first, bytes. */
  readonly maxBytes: number;
}

/** What `startRecording` takes. */
export interface RecordingOptions {
  /** What the recording is called; else as the script is. */
  readonly name?: string;
  /** Folder of all recordings, default `profiles`. */
  readonly out?: string;
  /** Between two samples of a thread, default 1 ms. */
  readonly intervalMs?: number;
  /** An event loop that is blocked for this long or longer has stalled, default 50 ms. */
  readonly stallMs?: number;
  /** False: requests, DNS, connections and child processes are not watched. */
  readonly waits?: boolean;
  /** True: what each thread allocates is sampled. */
  readonly heap?: boolean;
}

export interface FinishedRecording {
  /** Absolute path of its folder, with recording.json. */
  readonly dir: string;
  /** Absolute path of its report; null if it could not be written. */
  readonly report: string | null;
}

/** The settings in an environment; null if there are none, or if they cannot be read. */
export function readConfig(environment: NodeJS.ProcessEnv): RecorderConfig | null {
  try {
    return JSON.parse(environment[CONFIG_VARIABLE] ?? 'null') as RecorderConfig | null;
  } catch {
    return null;
  }
}

/** NODE_OPTIONS that load the recorder after what is there already. Node splits at spaces outside of quotes. */
export function nodeOptions(preload: string, given: string | undefined): string {
  const quoted = preload.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const own = `--require="${quoted}"`;
  if (given === undefined || given.trim() === '') return own;
  return given.includes(own) ? given : `${given} ${own}`;
}

/** Whether a process that runs this script is wanted. */
export function isWanted({ include, exclude }: RecorderConfig, script: string): boolean {
  const has = (part: string): boolean => script.includes(part);
  return (include.length === 0 || include.some(has)) && !exclude.some(has);
}

// Read at load time: fake timers may replace clocks and timers later.
const { bigint } = process.hrtime;
/** performance.now(), ms. */
export const nowMs = performance.now.bind(performance);

export function nowUs(): number {
  return Number(bigint() / 1_000n);
}
