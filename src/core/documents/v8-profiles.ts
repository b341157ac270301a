import type { QueueWorkerPlace } from './breakdown.ts';

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

/** A span on the profile's clock, µs. */
export interface Region {
  readonly startUs: number;
  readonly endUs: number;
}

/** What Threadmill adds to a profile that it saves. */
export interface ThreadInfo {
  /** 0 is the main thread of the runner; workers count from 1. */
  readonly thread: number;
  readonly label: string;
  readonly variant: string;
  /** When the load began and ended, µs on the profile's clock; if given, the profile is cut to it. */
  readonly load?: Region;
  /** Parts of the load between which it waited for its turn. Only in what the runner leaves. */
  readonly turns?: readonly Region[];
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

/** V8's sampling heap profile, as `HeapProfiler.stopSampling` returns it (Chrome DevTools Protocol, domain HeapProfiler). */
export interface RawHeapProfile {
  readonly head: HeapProfileNode;
  readonly samples: readonly HeapProfileSample[];
}

export interface HeapProfileNode {
  readonly callFrame: CallFrame;
  /** What the function is estimated to have allocated itself, bytes. */
  readonly selfSize: number;
  readonly id: number;
  readonly children: readonly HeapProfileNode[];
}

/** One allocation that V8 looked at. */
export interface HeapProfileSample {
  /** What it stands for, bytes: its size times a whole number. */
  readonly size: number;
  readonly nodeId: number;
  /** Ascending in time. */
  readonly ordinal: number;
}

/** What Threadmill adds to a heap profile that it saves; without `load`, since it was sampled during the load only. */
export interface HeapThreadInfo extends ThreadInfo {
  /** Mean distance of two samples, bytes. */
  readonly intervalBytes: number;
}

/** A saved heap profile, as JSON. */
export interface SavedHeapProfile extends RawHeapProfile {
  /** Beside the standard fields; other readers ignore it. */
  readonly threadmill: HeapThreadInfo;
}

/** 0 is the main thread of a runner; workers count from 1. As it is called wherever it is shown. */
export function threadLabel(thread: number): string {
  return thread === 0 ? 'main thread' : `worker ${thread}`;
}

/**
 * The same for a trial on a queue: its threads by host and process, `build-2 · 4711`, and by number where a worker has
 * several. Without workers as `threadLabel`.
 */
export function threadLabels(workers: readonly QueueWorkerPlace[]): (thread: number) => string {
  const labels = new Map(
    workers.flatMap(({ threads, host, pid }) =>
      threads.map((thread, index) => {
        const which = threads.length === 1 ? '' : ` · thread ${index + 1}`;
        return [thread, `${host} · ${pid}${which}`] as const;
      }),
    ),
  );
  return (thread) => {
    if (thread === 0 && workers.length > 0) return 'coordinator';
    return labels.get(thread) ?? threadLabel(thread);
  };
}

/** File name of a thread's CPU profile, in the folder of the capture `threads` and in what the runner leaves. */
export function cpuProfileFile(thread: number): string {
  return `thread-${thread}.cpuprofile`;
}

/** File name of what a thread allocated, in the folder of the capture `heap` and in what the runner leaves. */
export function heapProfileFile(thread: number): string {
  return `thread-${thread}.heapprofile`;
}
