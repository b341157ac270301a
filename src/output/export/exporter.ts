import type { ThreadProfile } from '../../profile/profile.ts';
import type { RunSource, TrialChoice } from './run-source.ts';

/** What one exported file holds: the product of a plan (plan.ts). */
export interface Part {
  readonly variants: readonly VariantPart[];
}

export interface VariantPart {
  readonly name: string;
  /** Threads to take the profiles, or allocations, of; empty if there are none. */
  readonly threads: readonly number[];
  readonly trials: readonly TrialChoice[];
}

export type Chunks = AsyncIterable<string | Uint8Array>;

/** Source of an export: a run or a recording. */
export interface ProfileSource {
  readonly id: string;
  readonly threadmill: string;
  readonly program: string;
  /** What a thread ran. Rejects with 'run-unreadable'. */
  profile(name: string, thread: number): Promise<ThreadProfile>;
  /** Wall time of an instant on the clock of process.hrtime(): ns in, ns since 1970 out. */
  unixNanos(hrtimeNs: number): bigint;
}

/** A format to write a run in. One file each, listed in registry.ts. */
export interface Exporter<Source extends ProfileSource = RunSource> {
  /** As typed: `--format <name>`. */
  readonly name: string;
  readonly description: string;
  readonly opens: string;
  /** Scope of one file: everything selected, one variant, one thread, or two variants side by side. */
  readonly scope: 'run' | 'variant' | 'thread' | 'pair';
  /**
   * Data that it requires: CPU profiles, a trial that was both `profiled` and traced, allocations, timed trials,
   * their jobs; `either`: CPU profiles, jobs, or both.
   */
  readonly needs: 'profiles' | 'profiled' | 'allocations' | 'trials' | 'jobs' | 'either';
  /** End of the file's name, from the first dot. */
  readonly extension: string;
  /**
   * Trials that jobs are taken of unless told otherwise: every timed one, and never a traced one. Without it one of
   * each variant: the traced one, and without a traced pass the timed one with the wall in the middle; where samples
   * are written as well (`either`), first of all the one that was profiled, too.
   */
  readonly trials?: 'all';
  readonly binary?: true;
  /** The content, in pieces. Reads the source as it goes. */
  write(source: Source, part: Part): Chunks;
}
