import type { Recording, RecordingEvents } from '../../core/documents/recording.ts';
import type { Curve, Timeline, TimelineJobs } from '../../core/documents/timeline.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { FunctionTable } from '../function-table.ts';
import type { ThreadProfile } from '../profile.ts';
import { axisOf, nsOf } from './axis.ts';
import { TIMELINE_LIMITS } from './build-timeline.ts';
import { wholeSteps } from './codec/packed.ts';
import { countCurve } from './curve.ts';
import { packLanes } from './lanes.ts';
import { steps } from './steps.ts';
import { type ThreadCpu, threadCpu } from './thread-cpu.ts';

/** The threads of a recording on one axis: profiles are added one after another, none is kept. */
export class RecordingTimeline {
  readonly #recording: Recording;
  readonly #axis;
  readonly #functions = new FunctionTable();
  readonly #cpus = new Map<number, ThreadCpu>();

  readonly #events: RecordingEvents;

  constructor(recording: Recording, events: RecordingEvents) {
    this.#recording = recording;
    this.#events = events;
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
      threads: this.#recording.threads.map(({ thread, label }) => {
        const { gc = [], lag = [] } = this.#events.threads.find((each) => each.thread === thread) ?? {};
        return {
          ...{ thread, label },
          cpu: this.#cpus.get(thread)?.cpu ?? null,
          gc: { startUs: this.#moments(evenOf(gc)), lengthUs: Float64Array.from(oddOf(gc), length) },
          delayUs: { atUs: this.#moments(evenOf(lag)), value: Float64Array.from(oddOf(lag), length) },
          utilization: this.#cpus.get(thread)?.utilization ?? null,
        };
      }),
      jobs: this.#requests(),
      inFlight: this.#concurrent(),
      queued: null,
      notes: [],
    };
  }

  #spans(): RecordingEvents['spans'] {
    return this.#events.spans.filter(({ kind }) => kind === 'http-in' || kind === 'http-out');
  }

  /** Requests that were open at the same time. */
  #concurrent(): Curve {
    const spans = this.#spans();
    return countCurve(
      steps(
        Float64Array.from(spans, ({ startUs }) => nsOf(startUs)),
        Float64Array.from(spans, ({ startUs, endUs }) => nsOf(Math.max(startUs, endUs))),
      ),
      this.#axis,
      TIMELINE_LIMITS.points,
    ).curve;
  }

  /** Requests take the place of a run's jobs: in lanes of the thread that sent or served them. */
  #requests(): TimelineJobs {
    const spans = this.#spans();
    const rows = spans.length;
    const names = [...new Set(spans.map(nameOf))];
    const startUs = this.#moments(spans.map((span) => span.startUs));
    const endUs = this.#moments(spans.map((span) => span.endUs));
    const thread = Int32Array.from(spans, (span) => span.thread);
    const none = new Float64Array(rows).fill(Number.NaN);
    const first = new Int32Array(rows + 1);
    const noSpans = { first, startUs: new Float64Array(), endUs: new Float64Array() };
    return {
      ...{ rows, began: rows, names, thread, startUs, endUs },
      processedBy: thread,
      position: Int32Array.from(spans.keys()),
      name: Int32Array.from(spans, (span) => names.indexOf(nameOf(span))),
      lane: packLanes({ thread, start: startUs, end: endUs }),
      outcome: new Int32Array(rows).fill(OUTCOME_CODE.ok),
      status: new Int32Array(rows),
      bytes: new Float64Array(rows),
      ...{ queuedUs: none, returnedUs: none },
      phases: { ...noSpans, phase: new Int32Array() },
      attempts: { ...noSpans, outcome: new Int32Array(), status: new Int32Array() },
    };
  }

  #moments(us: readonly number[]): Float64Array {
    return Float64Array.from(us, (each) => this.#axis.within(nsOf(each)));
  }
}

function nameOf({ kind, target }: RecordingEvents['spans'][number]): string {
  return kind === 'http-out' ? `→ ${target}` : target;
}

const evenOf = (list: readonly number[]): number[] => list.filter((_, i) => i % 2 === 0);
const oddOf = (list: readonly number[]): number[] => list.filter((_, i) => i % 2 === 1);
const length = (us: number): number => Math.max(0, wholeSteps(us));
