import type { FlameFrame, PageFlame } from '../../core/documents/flame.ts';
import type { PackedNumbers, PackedText } from '../timeline/codec/packed.ts';

/** A flame in the data of a page. Its times by line are left out: the script draws none. */
export interface PackedFlame extends Pick<PageFlame, 'id' | 'label' | 'jobs' | 'measures'> {
  /** A `FlameHead` as JSON. */
  readonly head: PackedText;
  /** Per thread: frames, distance to the parent, own time, and its standard deviation if known. */
  readonly numbers: PackedNumbers;
}

/** All of a flame that is no column. */
export interface FlameHead {
  readonly variant: string;
  readonly frames: readonly FlameFrame[];
  readonly threads: readonly ThreadHead[];
  readonly hasVariance: boolean;
}

export interface ThreadHead {
  readonly thread: number;
  readonly label: string;
  readonly duration: number;
  readonly samples: number;
}
