import type { FlameFrame } from '../../../core/documents/flame.ts';
import type { Timeline } from '../../../core/documents/timeline.ts';
import type { PackedNumbers, PackedText } from './packed.ts';

export interface PackedTimeline {
  readonly variant: string;
  readonly kind: Timeline['kind'];
  /** A `TimelineHead` as JSON. */
  readonly head: PackedText;
  /** Its columns, in the order in which `packTimeline` lists them. */
  readonly numbers: PackedNumbers;
}

export interface TimelineHead {
  readonly wallUs: number;
  readonly frames: readonly FlameFrame[];
  readonly threads: readonly ThreadHead[];
  readonly names: readonly string[];
  readonly began: number;
  readonly queued: boolean;
  readonly notes: readonly string[];
}

export interface ThreadHead {
  readonly thread: number;
  readonly label: string;
  readonly cpu: { readonly endUs: number; readonly samples: number; readonly intervalUs: number } | null;
  /** Whether there are these curves. */
  readonly delay: boolean;
  readonly utilization: boolean;
}

/** Counts over time may be means. */
export const STEPS_PER_COUNT = 100;
export const STEPS_PER_SHARE = 10_000;
