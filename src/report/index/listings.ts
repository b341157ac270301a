import type { RunRecord } from '../../types/run-record.ts';
import type { SweepRecord } from '../../types/sweep-record.ts';

/** One folder under profiles/, whatever its state. */
export interface RunListing {
  readonly id: string;
  /** Null if run.json is missing or can't be read; `problem` says why. */
  readonly record: RunRecord | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}

/** A sweep, likewise. */
export interface SweepListing {
  readonly id: string;
  readonly record: SweepRecord | null;
  readonly problem: string | null;
  readonly hasReport: boolean;
}
