import type { GcPause, QueueWorkerPlace } from '../../core/documents/breakdown.ts';
import type { Timeline, TimelineJobs, TimelineThread } from '../../core/documents/timeline.ts';
import { threadLabels } from '../../core/documents/v8-profiles.ts';
import { formatCount } from '../../core/format.ts';
import { US_PER_MS } from '../../core/units.ts';
import { FunctionTable } from '../function-table.ts';
import type { ThreadProfile } from '../profile.ts';
import type { Axis, TimelineTrial } from './axis.ts';
import { axisOf } from './axis.ts';
import { wholeSteps } from './codec/packed.ts';
import { countCurve, delayCurve } from './curve.ts';
import type { JobsChoice } from './jobs.ts';
import { timelineJobs } from './jobs.ts';
import { inFlightSteps, queueSteps } from './steps.ts';
import type { ThreadCpu } from './thread-cpu.ts';
import { threadCpu } from './thread-cpu.ts';

const FIGURE = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });

function jobsNote({ rows, began }: TimelineJobs, chosen: NonNullable<JobsChoice['chosen']>): string {
  const { failed, longest } = chosen;
  const others = rows - failed - longest;
  const every = FIGURE.format((began - failed - longest) / others);
  const special = [
    ...(failed > 0 ? [`${formatCount(failed)} that failed`] : []),
    `the ${formatCount(longest)} longest`,
  ].join(' and ');
  return `${formatCount(rows)} of ${formatCount(began)} jobs are shown: ${special}, and of the others one in ${every}.`;
}

function samplesNote(label: string, samples: number, eachUs: number): string {
  return `${label}: of ${formatCount(samples)} samples one each ${FIGURE.format(eachUs / US_PER_MS)} ms is shown.`;
}

function gcNote(label: string, pauses: number, shown: number): string {
  return `${label}: the ${formatCount(shown)} longest of ${formatCount(pauses)} garbage collections are shown.`;
}

function attemptsNote(leftOut: number): string {
  return `${formatCount(leftOut)} requests of jobs that sent several are left out: a thread keeps the first 20,000.`;
}

function callsNote(threads: number, most: number): string {
  const whose = threads === 1 ? 'one thread' : `${formatCount(threads)} threads`;
  return `The samples of ${whose} are left out: all of them have more than ${formatCount(most)} calls.`;
}

function curveNote(overUs: number): string {
  return `Curves of jobs in flight and queued are means over ${FIGURE.format(overUs / US_PER_MS)} ms.`;
}

/** How much of a timeline is kept: what a page can hold, and draw without making its reader wait. */
export interface TimelineLimits {
  readonly jobs: number;
  /** Stretches of samples, all threads together. */
  readonly stretches: number;
  /** Calls in the trees of all threads together. */
  readonly calls: number;
  readonly points: number;
  readonly pauses: number;
}

export const TIMELINE_LIMITS: TimelineLimits = {
  jobs: 100_000,
  stretches: 200_000,
  calls: 500_000,
  points: 10_000,
  pauses: 10_000,
};

/** The timeline of a trial, and of profiles added one by one. What is over the limits is merged by fixed rules. */
export class TimelineBuilder {
  readonly #variant: string;
  readonly #trial: TimelineTrial;
  readonly #axis: Axis;
  readonly #limits: TimelineLimits;
  readonly #functions = new FunctionTable();
  readonly #cpus = new Map<number, ThreadCpu>();
  readonly #stretchesEach: number;
  #calls = 0;
  /** Threads whose samples would be too much. */
  #leftOut = 0;

  /** @param profiles how many will be added */
  constructor(variant: string, trial: TimelineTrial, profiles: number, limits = TIMELINE_LIMITS) {
    this.#variant = variant;
    this.#trial = trial;
    this.#axis = axisOf(trial);
    this.#limits = limits;
    this.#stretchesEach = Math.floor(limits.stretches / Math.max(1, profiles));
  }

  add(profile: ThreadProfile): void {
    const cpu = threadCpu(profile, this.#axis, this.#functions, {
      stretches: this.#stretchesEach,
      points: this.#limits.points,
    });
    if (cpu === null) return;
    const calls = this.#calls + cpu.cpu.parent.length;
    if (calls > this.#limits.calls) {
      this.#leftOut++;
      return;
    }
    this.#calls = calls;
    this.#cpus.set(cpu.thread, cpu);
  }

  /** @param nameOf name of the job at a position of the plan */
  timeline(nameOf: (position: number) => string): Timeline {
    const { jobs, chosen } = timelineJobs(this.#trial, nameOf, this.#limits.jobs);
    const { points } = this.#limits;
    const inFlight = countCurve(inFlightSteps(this.#trial.jobs), this.#axis, points);
    const handsOut = this.#trial.trace.columns.queuedAt.some((at) => at !== 0);
    const queued = handsOut
      ? countCurve(queueSteps(this.#trial.jobs, this.#trial.trace), this.#axis, points)
      : null;
    const threads = this.#threads();
    const attemptsLeftOut = this.#trial.attempts.reduce((sum, { leftOut }) => sum + leftOut, 0);
    return {
      variant: this.#variant,
      wallUs: this.#axis.wallUs,
      kind: this.#cpus.size > 0 ? 'profiled' : 'traced',
      frames: this.#functions.frames,
      threads: threads.map(({ thread }) => thread),
      jobs,
      inFlight: inFlight.curve,
      queued: queued?.curve ?? null,
      notes: [
        chosen === null ? null : jobsNote(jobs, chosen),
        ...threads.flatMap(({ thread: { label, cpu }, lookedEachUs, pauses }) => [
          cpu === null || lookedEachUs === null ? null : samplesNote(label, cpu.samples, lookedEachUs),
          pauses > this.#limits.pauses ? gcNote(label, pauses, this.#limits.pauses) : null,
        ]),
        attemptsLeftOut === 0 ? null : attemptsNote(attemptsLeftOut),
        inFlight.meanOverUs === null ? null : curveNote(inFlight.meanOverUs),
        this.#leftOut === 0 ? null : callsNote(this.#leftOut, this.#limits.calls),
        reRunNote(this.#trial.trace.columns.starts),
      ].filter((note) => note !== null),
    };
  }

  #threads(): { thread: TimelineThread; lookedEachUs: number | null; pauses: number }[] {
    const { gc, loops, jobs, workers = [] } = this.#trial;
    const labelOf = threadLabels(workers);
    const place = placesOf(workers);
    const numbers = new Set([0, ...gc.map(({ thread }) => thread), ...this.#cpus.keys()]);
    for (let row = 0; row < jobs.rows; row++) if (jobs.start[row] !== 0) numbers.add(jobs.thread[row]!);
    return [...numbers]
      .sort((a, b) => (place.get(a) ?? -1) - (place.get(b) ?? -1) || a - b)
      .map((thread) => {
        const pauses = gc.find((each) => each.thread === thread)?.pauses ?? [];
        const loop = loops.find((each) => each.thread === thread)?.loop ?? null;
        const found = this.#cpus.get(thread);
        return {
          thread: {
            thread,
            label: labelOf(thread),
            cpu: found?.cpu ?? null,
            gc: pausesOf(pauses, this.#axis, this.#limits.pauses),
            delayUs: loop === null ? null : delayCurve(loop, this.#axis),
            utilization: found?.utilization ?? null,
          },
          lookedEachUs: found?.lookedEachUs ?? null,
          pauses: pauses.length,
        };
      });
  }
}

/** Workers of one host stand together, as do the threads of one worker. */
function placesOf(workers: readonly QueueWorkerPlace[]): ReadonlyMap<number, number> {
  const sorted = [...workers].sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.pid - b.pid));
  return new Map(sorted.flatMap(({ threads }, place) => threads.map((thread) => [thread, place] as const)));
}

function reRunNote(starts: Float64Array): string | null {
  const again = starts.reduce((sum, times) => sum + (times > 1 ? 1 : 0), 0);
  if (again === 0) return null;
  return `${formatCount(again)} ${again === 1 ? 'job was' : 'jobs were'} started more than once (marked ↻): the run that counts is shown.`;
}

/** The longest ones if there are too many, in order of time. */
function pausesOf(pauses: readonly GcPause[], axis: Axis, most: number): TimelineThread['gc'] {
  const kept = [...pauses]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, most)
    .sort((a, b) => a[0] - b[0]);
  const startUs = Float64Array.from(kept, ([startNs]) => axis.within(startNs));
  const lengthUs = Float64Array.from(kept, ([startNs, durationNs], i) => {
    return wholeSteps(axis.within(startNs + durationNs) - startUs[i]!);
  });
  return { startUs, lengthUs };
}
