import type { Recording } from '../../core/documents/recording.ts';
import type { Timeline, TimelineJobs } from '../../core/documents/timeline.ts';
import { FunctionTable } from '../function-table.ts';
import type { ThreadProfile } from '../profile.ts';
import { axisOf, nsOf } from './axis.ts';
import { TIMELINE_LIMITS } from './build-timeline.ts';
import { type ThreadCpu, threadCpu } from './thread-cpu.ts';

/** The threads of a recording on one axis: profiles are added one after another, none is kept. */
export class RecordingTimeline {
  readonly #recording: Recording;
  readonly #axis;
  readonly #functions = new FunctionTable();
  readonly #cpus = new Map<number, ThreadCpu>();

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#axis = axisOf({ startNs: nsOf(recording.startUs), endNs: nsOf(recording.endUs) });
  }

  add(profile: ThreadProfile): void {
    const { stretches, points } = TIMELINE_LIMITS;
    const each = Math.floor(stretches / Math.max(1, this.#recording.threads.length));
    const cpu = threadCpu(profile, this.#axis, this.#functions, { stretches: each, points });
    if (cpu !== null) this.#cpus.set(cpu.thread, cpu);
  }

  timeline(): Timeline {
    return {
      variant: 'recording',
      wallUs: this.#axis.wallUs,
      kind: 'profiled',
      frames: this.#functions.frames,
      threads: this.#recording.threads.map(({ thread, label }) => ({
        ...{ thread, label },
        cpu: this.#cpus.get(thread)?.cpu ?? null,
        gc: { startUs: new Float64Array(), lengthUs: new Float64Array() },
        delayUs: null,
        utilization: this.#cpus.get(thread)?.utilization ?? null,
      })),
      jobs: NO_JOBS,
      inFlight: { atUs: Float64Array.of(0), value: Float64Array.of(0) },
      queued: null,
      notes: [],
    };
  }
}

const NO_JOBS: TimelineJobs = {
  rows: 0,
  began: 0,
  names: [],
  position: new Int32Array(),
  name: new Int32Array(),
  thread: new Int32Array(),
  lane: new Int32Array(),
  outcome: new Int32Array(),
  status: new Int32Array(),
  bytes: new Float64Array(),
  queuedUs: new Float64Array(),
  returnedUs: new Float64Array(),
  startUs: new Float64Array(),
  endUs: new Float64Array(),
  phases: {
    first: Int32Array.of(0),
    phase: new Int32Array(),
    startUs: new Float64Array(),
    endUs: new Float64Array(),
  },
};
