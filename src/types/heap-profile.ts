import type { CallFrame, ThreadInfo } from './cpu-profile.ts';

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
