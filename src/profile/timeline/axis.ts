import type { AttemptTrace, GcPause, LoopTrace, QueueWorkerPlace } from '../../core/documents/breakdown.ts';
import { NS_PER_US } from '../../core/units.ts';
import type { JobTable } from '../../engine/measurement/job-table.ts';
import type { TraceTable } from '../../engine/measurement/trace-table.ts';
import { STEPS_PER_US } from './codec/packed.ts';

const NS_PER_STEP = 100;

/** The time axis of a trial: µs since it began, in steps of 0.1 µs, as they are saved and drawn. */
export interface Axis {
  readonly startNs: number;
  readonly wallUs: number;
  /** Of a moment on the clock of process.hrtime(), ns. NaN for 0, which is never. */
  at(ns: number): number;
  /** The same, moved into the trial. */
  within(ns: number): number;
}

export function axisOf({ startNs, endNs }: { readonly startNs: number; readonly endNs: number }): Axis {
  const since = (ns: number) => Math.round((ns - startNs) / NS_PER_STEP) / STEPS_PER_US;
  const wallUs = since(endNs);
  return {
    startNs,
    wallUs,
    at: (ns) => (ns === 0 ? Number.NaN : since(ns)),
    within: (ns) => Math.min(Math.max(since(ns), 0), wallUs),
  };
}

/** A moment of a profile, whose clock is the same one in µs. */
export function nsOf(us: number): number {
  return us * NS_PER_US;
}

/** One execution of the plan as it was noted. Moments are ns on the clock of process.hrtime(). */
export interface TimelineTrial {
  readonly startNs: number;
  readonly endNs: number;
  readonly jobs: JobTable;
  readonly trace: TraceTable;
  /** Of every thread of the trial, the main thread first. */
  readonly gc: readonly { readonly thread: number; readonly pauses: readonly GcPause[] }[];
  /** Of those whose event loop was watched. */
  readonly loops: readonly { readonly thread: number; readonly loop: LoopTrace }[];
  /** Of a trial on a queue. */
  readonly workers?: readonly QueueWorkerPlace[];
  /** Of threads with jobs that sent more than one request. */
  readonly attempts: readonly AttemptTrace[];
}
