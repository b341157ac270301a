import { RECORDING_LIMITS, type Recording, type RecordingEvents } from '../../core/documents/recording.ts';
import type { Curve, Timeline, TimelineJobs } from '../../core/documents/timeline.ts';
import { formatCount, formatPlural } from '../../core/format.ts';
import { OUTCOME_CODE } from '../../core/outcomes.ts';
import { sumOf } from '../../core/statistics/sum-or-null.ts';
import type { ThreadProfile } from '../profile.ts';
import { axisOf, nsOf } from './axis.ts';
import { curveNote, gcNote, TIMELINE_LIMITS } from './build-timeline.ts';
import { wholeSteps } from './codec/packed.ts';
import { countCurve } from './curve.ts';
import { packLanes } from './lanes.ts';
import { steps } from './steps.ts';
import { ThreadCpus } from './thread-cpu.ts';

/** The threads of a recording on one axis: profiles are added one after another, none is kept. */
export class RecordingTimeline {
  readonly #recording: Recording;
  readonly #axis;
  readonly #events: RecordingEvents;
  readonly #cpus: ThreadCpus;

  constructor(recording: Recording, events: RecordingEvents, limits = TIMELINE_LIMITS) {
    this.#recording = recording;
    this.#events = events;
    this.#axis = axisOf({ startNs: nsOf(recording.startUs), endNs: nsOf(recording.endUs) });
    this.#cpus = new ThreadCpus(this.#axis, recording.threads.length, limits);
  }

  add(profile: ThreadProfile): void {
    this.#cpus.add(profile);
  }

  timeline(): Timeline {
    const events = new Map(this.#events.threads.map((each) => [each.thread, each]));
    const concurrent = this.#concurrent();
    const threads = this.#recording.threads.map((recorded) => {
      const { gc = [], lag = [] } = events.get(recorded.thread) ?? {};
      return { recorded, gc, lag };
    });
    return {
      variant: 'recording',
      wallUs: this.#axis.wallUs,
      kind: 'profiled',
      frames: this.#cpus.functions.frames,
      threads: threads.map(({ recorded: { thread, label, startUs }, gc, lag }) => ({
        ...{ thread, label },
        cpu: this.#cpus.byThread.get(thread)?.cpu ?? null,
        gc: { startUs: this.#moments(evenOf(gc)), lengthUs: Float64Array.from(oddOf(gc), length) },
        delayUs: this.#lag(lag, startUs),
        utilization: this.#cpus.byThread.get(thread)?.utilization ?? null,
      })),
      jobs: this.#requests(),
      inFlight: concurrent.curve,
      queued: null,
      notes: [
        this.#requestsNote(),
        ...threads.flatMap(({ recorded: { thread, label, gc: all }, gc, lag }) => [
          this.#cpus.samplesNote(thread, label),
          2 * all.count > gc.length ? gcNote(label, all.count, gc.length / 2) : null,
          isCutLag(lag) ? lagNote(label) : null,
        ]),
        concurrent.meanOverUs === null ? null : curveNote('concurrent requests', concurrent.meanOverUs),
        this.#cpus.callsNote(),
      ].filter((note) => note !== null),
    };
  }

  /** Each value is of the time before its instant; a curve draws it after. Null: the thread was not watched. */
  #lag(lag: readonly number[], startUs: number): Curve | null {
    if (lag.length === 0) return null;
    const at = [...(isCutLag(lag) ? [] : [startUs]), ...evenOf(lag).slice(0, -1)];
    return {
      atUs: this.#moments(at),
      value: Float64Array.from(oddOf(lag).slice(-at.length), length),
    };
  }

  #requestsNote(): string | null {
    const all = sumOf(
      this.#recording.waits.filter(({ kind }) => kind.startsWith('http')),
      ({ count }) => count,
    );
    const shown = this.#events.spans.length;
    if (all <= shown) return null;
    return `${formatCount(shown)} of ${formatPlural(all, 'request')} are shown: of each second the longest, and none under 1 ms.`;
  }

  /** Requests that were open at the same time. */
  #concurrent(): ReturnType<typeof countCurve> {
    const { spans } = this.#events;
    return countCurve(
      steps(
        Float64Array.from(spans, ({ startUs }) => nsOf(startUs)),
        Float64Array.from(spans, ({ startUs, endUs }) => nsOf(Math.max(startUs, endUs))),
      ),
      this.#axis,
      TIMELINE_LIMITS.points,
    );
  }

  /** Requests take the place of a run's jobs: in lanes of the thread that sent or served them. */
  #requests(): TimelineJobs {
    const { spans } = this.#events;
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

/** A longer list was cut to its last values: what is before the first of them is not known. */
function isCutLag(lag: readonly number[]): boolean {
  return lag.length >= 2 * RECORDING_LIMITS.ticksOfThread;
}

function lagNote(label: string): string {
  return `${label}: event-loop lag is shown for the last ${formatCount(RECORDING_LIMITS.ticksOfThread)} readings.`;
}

const evenOf = (list: readonly number[]): number[] => list.filter((_, i) => i % 2 === 0);
const oddOf = (list: readonly number[]): number[] => list.filter((_, i) => i % 2 === 1);
const length = (us: number): number => Math.max(0, wholeSteps(us));
