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

/** What Threadmill adds to a profile that it saves, beside the standard fields (readers ignore it). */
export interface ThreadProfile extends CpuProfile {
  readonly threadmill: {
    /** 0 is the main thread of the runner; workers count from 1. */
    readonly thread: number;
    readonly label: string;
    readonly variant: string;
  };
}
