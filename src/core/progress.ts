import type { CaptureName } from './captures.ts';
import type { VariantName } from './variants.ts';

/** Versions of `--against` besides the change. */
export type VersionName = 'base' | 'base again';

export interface QueueProgress {
  readonly workers: number;
  readonly done: number;
  readonly reRuns: number;
}

/**
 * Progress events of an experiment. No event is sent, and so nothing is drawn, while a trial is
 * being timed: drawing takes CPU from what is measured.
 */
export type ProgressEvent =
  | { readonly type: 'started'; readonly runId: string; readonly runDir: string; readonly title: string }
  | { readonly type: 'phase'; readonly phase: Phase; readonly detail: string | null }
  | {
      /** Sent before the trial starts. */
      readonly type: 'trial';
      readonly variant: VariantName;
      /** Null for the change, and in a run of one version. */
      readonly version?: VersionName | null;
      /** 1-based; 0 for warm-up. */
      readonly round: number;
      /** Null: as many as it takes. */
      readonly rounds: number | null;
      /** Place of this trial among all planned trials, warm-up included, 0-based, and their number. */
      readonly index: number;
      readonly total: number;
      /** Estimate for all that is left of the timings, ms; null before there is anything to go by. */
      readonly remainingMs: number | null;
    }
  | {
      readonly type: 'trial-done';
      readonly variant: VariantName;
      readonly round: number;
      readonly wallMs: number | null;
      readonly failed: number;
      /** Of distributed-queue: who has joined, and the jobs of all trials so far. */
      readonly queue?: QueueProgress | null;
    }
  | {
      readonly type: 'capture';
      readonly variant: VariantName;
      readonly capture: CaptureName;
      readonly index: number;
      readonly total: number;
      readonly remainingMs: number | null;
    }
  | {
      readonly type: 'capture-done';
      readonly variant: VariantName;
      readonly capture: CaptureName;
      /** Null: it worked; else why there is nothing. */
      readonly unavailable: string | null;
    };

export type Phase =
  | 'prepare'
  | 'server'
  | 'start'
  | 'warm-up'
  | 'rounds'
  | 'trace'
  | 'captures'
  | 'report'
  | 'stopping';

export interface Progress {
  event(event: ProgressEvent): void;
  /** Leaves the terminal as it was found. Idempotent. */
  close(): void;
}
