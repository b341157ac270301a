import type { JobTable } from '../measurement/job-table.ts';
import type { TraceTable } from '../measurement/trace-table.ts';
import type { GcPause, LoopTrace } from '../types/block-trace.ts';

/** One execution of the plan as it was noted. Moments are ns on the clock of process.hrtime(). */
export interface TimelineBlock {
  readonly startNs: number;
  readonly endNs: number;
  readonly jobs: JobTable;
  readonly trace: TraceTable;
  /** Of every thread of the block, the main thread first. */
  readonly gc: readonly { readonly thread: number; readonly pauses: readonly GcPause[] }[];
  /** Of those whose event loop was watched. */
  readonly loops: readonly { readonly thread: number; readonly loop: LoopTrace }[];
}
