import type { CallFrame, ThreadInfo } from '../core/documents/v8-profiles.ts';

/**
 * The CPU profile of one thread, in columns. Node 0 is the root, and every parent comes before its children:
 *
 *     node      0       1      2      3          frames   0 (root)  1 main  2 parse
 *     frame     0       1      2      1
 *     parent   −1       0      1      2          main calls parse, which calls main
 *
 *     sample    0       1      2
 *     node      1       2      1                 node 1 from 10 to 20 µs, node 2 from 20 to 25, …
 *     timeUs   10      20     25
 */
export interface Profile {
  /** µs on the clock of process.hrtime(). */
  readonly startUs: number;
  readonly endUs: number;
  /** Each function once, whatever stacks it occurs in. */
  readonly frames: readonly CallFrame[];
  readonly nodes: NodeColumns;
  readonly ticks: TickColumns;
  readonly samples: SampleColumns;
  /** Which thread it is of; null in profiles that Threadmill did not save. */
  readonly thread: ThreadInfo | null;
}

export interface NodeColumns {
  /** As in the file; unique. */
  readonly id: Float64Array;
  /** Index into `frames`. */
  readonly frame: Int32Array;
  readonly parent: Int32Array;
  /** How many samples V8 says that it took here. Only a profile without samples needs it. */
  readonly hits: Float64Array;
}

/** How many samples of a node were taken in which line, 1-based. Counts: they carry no time. */
export interface TickColumns {
  readonly node: Int32Array;
  readonly line: Int32Array;
  readonly count: Float64Array;
}

/** In order of time. Empty if the profile has only hit counts. */
export interface SampleColumns {
  readonly node: Int32Array;
  /** On the profile's clock, within the profile. */
  readonly timeUs: Float64Array;
}

/** A profile that says which thread it is of. */
export interface ThreadProfile extends Profile {
  readonly thread: ThreadInfo;
}

export function isOfThread(profile: Profile): profile is ThreadProfile {
  return profile.thread !== null;
}
