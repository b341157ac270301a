/** V8's CPU profile, as `Profiler.stop` returns it (Chrome DevTools Protocol, domain Profiler). */
export interface CallFrame {
  readonly functionName: string;
  readonly scriptId: string;
  readonly url: string;
  /** 0-based. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly hitCount?: number;
  readonly children?: readonly number[];
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** µs on the clock of process.hrtime(). */
  readonly startTime: number;
  readonly endTime: number;
  /** Node ids. */
  readonly samples?: readonly number[];
  /** µs from the previous sample (the first: from startTime). V8 can return negative ones. */
  readonly timeDeltas?: readonly number[];
}

/** What Threadmill adds to a profile that it saves. */
export interface ThreadInfo {
  /** 0 is the main thread of the runner; workers count from 1. */
  readonly thread: number;
  readonly label: string;
  readonly variant: string;
  /** When the load began and ended, µs on the profile's clock; if given, the profile is cut to it. */
  readonly load?: { readonly startUs: number; readonly endUs: number };
  /** Absolute folder that shown paths are relative to. Missing in what the runner leaves, as are the next. */
  readonly displayRoot?: string;
  /** Absolute folder of Threadmill's own package: tells its frames from the user's. */
  readonly threadmillRoot?: string;
  /** Versions of the packages among the frames: absolute package folder to version. */
  readonly packages?: Readonly<Record<string, string>>;
}

/** A saved profile, as JSON. */
export interface SavedProfile extends CpuProfile {
  /** Beside the standard fields; other readers ignore it. */
  readonly threadmill: ThreadInfo;
}
