import type { Curve, Timeline, TimelineThread } from '../../core/documents/timeline.ts';
import { type CallLevels, type Calls, callsOf } from './calls.ts';
import { type IndexedCurve, indexCurve } from './curves.ts';
import { type Intervals, makeIntervals } from './intervals.ts';
import { type Lane, lanesOf } from './lanes.ts';

/** A timeline, put in order once for being drawn many times. */
export interface TimelineModel {
  readonly timeline: Timeline;
  readonly threads: readonly ThreadModel[];
  readonly inFlight: IndexedCurve;
  readonly queued: IndexedCurve | null;
  /** The row of each job by its place in the plan. */
  readonly rowOf: ReadonlyMap<number, number>;
}

interface ThreadModel {
  readonly thread: TimelineThread;
  readonly calls: Calls | null;
  readonly lanes: readonly Lane[];
  readonly gc: Intervals;
  readonly delay: IndexedCurve | null;
  readonly utilization: IndexedCurve | null;
  /** Utilisation over all of the time that is known of; null if nothing is. */
  readonly busy: number | null;
}

export function buildModel(timeline: Timeline, levels: CallLevels): TimelineModel {
  const rowOf = new Map<number, number>();
  for (let row = 0; row < timeline.jobs.rows; row += 1) rowOf.set(timeline.jobs.position[row]!, row);
  return {
    timeline,
    threads: timeline.threads.map((thread) => threadModel(timeline, thread, levels)),
    inFlight: indexCurve(timeline.inFlight),
    queued: timeline.queued === null ? null : indexCurve(timeline.queued),
    rowOf,
  };
}

function threadModel(
  { frames, jobs, wallUs }: Timeline,
  thread: TimelineThread,
  levels: CallLevels,
): ThreadModel {
  const { startUs, lengthUs } = thread.gc;
  return {
    thread,
    calls: thread.cpu === null ? null : callsOf(thread.cpu, frames, levels),
    lanes: lanesOf(jobs, thread.thread, wallUs),
    gc: makeIntervals(
      startUs,
      startUs.map((us, i) => us + lengthUs[i]!),
    ),
    delay: thread.delayUs === null ? null : indexCurve(thread.delayUs),
    utilization: thread.utilization === null ? null : indexCurve(thread.utilization),
    busy: thread.utilization === null ? null : meanOf(thread.utilization, wallUs),
  };
}

function meanOf({ atUs, value }: Curve, untilUs: number): number | null {
  const length = untilUs - (atUs[0] ?? untilUs);
  const sum = value.reduce((all, each, i) => all + each * ((atUs[i + 1] ?? untilUs) - atUs[i]!), 0);
  return length > 0 ? sum / length : null;
}

export function jobName({ jobs }: Timeline, row: number): string {
  return jobs.names[jobs.name[row]!] ?? '';
}
