import type {
  Bottleneck,
  BreakdownPart,
  Estimate,
  NativeThreads,
  TraceRecord,
} from '../../../core/documents/run-record.ts';
import type { ComparedQuantity } from '../../../core/documents/spec.ts';
import type { MedianInterval } from '../../../core/statistics/median-interval.ts';
import type { VariantName } from '../../../core/variants.ts';

export interface WallDot {
  readonly round: number;
  readonly ms: number;
  /** Without a failed job; only these count. */
  readonly clean: boolean;
  /** Far from the variant's other rounds, after Tukey; kept nonetheless. */
  readonly outlier: 'mild' | 'severe' | null;
}

export interface WallBar {
  readonly variant: VariantName;
  /** Median and quartiles of the rounds that count. */
  readonly medianMs: Estimate | null;
  /** What the same rounds say of the median that all rounds of such a run would have. */
  readonly interval: MedianInterval | null;
  readonly dots: readonly WallDot[];
  /** Null without a traced pass. */
  readonly bottleneck: BottleneckView | null;
}

/** The shortest wall that perfect overlap could reach, and what keeps it from being shorter. */
export type BottleneckView = Readonly<Bottleneck>;

export interface BreakdownShare {
  readonly part: BreakdownPart;
  readonly ms: number;
  /** Of the whole, 0 to 1. */
  readonly share: number;
}

export interface BreakdownBar {
  readonly variant: VariantName;
  /** Of the traced trial that this is of. */
  readonly wallMs: number;
  /** Wall × threads, ms. */
  readonly totalMs: number;
  readonly shares: readonly BreakdownShare[];
  readonly byThread: readonly {
    readonly label: string;
    readonly totalMs: number;
    readonly shares: readonly BreakdownShare[];
  }[];
  /** CPU outside those threads, of the traced trial. */
  readonly nativeThreads: NativeThreads | null;
  /** The same of a typical timed trial, with the CPU of the whole process, and in words; null: too little to matter. */
  readonly elsewhere: {
    readonly native: NativeThreads;
    readonly processMs: number;
    readonly text: string;
  } | null;
  /** Ratio of traced to untraced wall time, over `pairs` pairs of trials. */
  readonly overhead: Estimate;
  readonly pairs: number;
  /** Phases that any job had. */
  readonly phases: TraceRecord['phases'];
  readonly bottleneck: BottleneckView | null;
}

export interface WallChart {
  readonly compared: ComparedQuantity;
  /** End of the linear axis, which starts at zero, ms. */
  readonly axisMs: number;
  readonly ticksMs: readonly number[];
  readonly bars: readonly WallBar[];
}
