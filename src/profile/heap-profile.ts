import type { CallFrame, HeapThreadInfo } from '../core/documents/v8-profiles.ts';

/**
 * What one thread allocated, in columns, from V8's sampling heap profile. Node 0 is the root, and every parent
 * comes before its children.
 *
 * V8 samples allocations by their bytes (Poisson, one in every `intervalBytes` on average), and multiplies what it
 * sampled by the inverse of its chance to be sampled: `selfBytes` is an unbiased estimate of what was allocated,
 * whatever the sizes of the objects, but for rounding to whole objects. Only V8's heap counts: of a Buffer its
 * object, and not its bytes, which lie outside.
 */
export interface HeapProfile {
  /** Each function once, whatever stacks it occurs in. */
  readonly frames: readonly CallFrame[];
  readonly nodes: HeapNodeColumns;
  readonly samples: HeapSampleColumns;
  /** Null in profiles that Threadmill did not save. */
  readonly thread: HeapThreadInfo | null;
}

export interface HeapNodeColumns {
  /** As in the file; unique. */
  readonly id: Float64Array;
  /** Index into `frames`. */
  readonly frame: Int32Array;
  readonly parent: Int32Array;
  readonly selfBytes: Float64Array;
}

/** Allocations that were looked at, in the file's order. */
export interface HeapSampleColumns {
  readonly node: Int32Array;
  /** Size of the object times a whole number: what it stands for, roughly. */
  readonly bytes: Float64Array;
  /** Ascending in time. */
  readonly ordinal: Float64Array;
}

/** A heap profile that says which thread it is of, and how it was sampled. */
export interface ThreadHeapProfile extends HeapProfile {
  readonly thread: HeapThreadInfo;
}

export function isHeapOfThread(profile: HeapProfile): profile is ThreadHeapProfile {
  return profile.thread !== null;
}
