import type { GcPause, QueueWorkerPlace } from '../../core/documents/breakdown.ts';
import type { Timeline, TimelineJobs, TimelineThread } from '../../core/documents/timeline.ts';
import { threadLabels } from '../../core/documents/v8-profiles.ts';
import { formatCount } from '../../core/format.ts';
import { US_PER_MS } from '../../core/units.ts';
import type { ThreadProfile } from '../profile.ts';
import type { Axis, TimelineTrial } from './axis.ts';
import { axisOf } from './axis.ts';
import { wholeSteps } from './codec/packed.ts';
import { countCurve, delayCurve } from './curve.ts';
import type { JobsChoice } from './jobs.ts';
import { timelineJobs } from './jobs.ts';
import { inFlightSteps, queueSteps } from './steps.ts';
import { type CpuLimits, FIGURE, ThreadCpus } from './thread-cpu.ts';

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

export function gcNote(label: string, pauses: number, shown: number): string {
  return `${label}: the ${formatCount(shown)} longest of ${formatCount(pauses)} garbage collections are shown.`;
}

function attemptsNote(leftOut: number): string {
  return `${formatCount(leftOut)} requests of jobs that sent several are left out: a thread keeps the first 20,000.`;
}

export function curveNote(of: string, overUs: number): string {
  return `Curves of ${of} are means over ${FIGURE.format(overUs / US_PER_MS)} ms.`;
}

/** How much of a timeline is kept: what a page can hold, and draw without making its reader wait. */
export interface TimelineLimits extends CpuLimits {
  readonly jobs: number;
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
  readonly #cpus: ThreadCpus;

  /** @param profiles how many will be added */
  constructor(variant: string, trial: TimelineTrial, profiles: number, limits = TIMELINE_LIMITS) {
    this.#variant = variant;
    this.#trial = trial;
    this.#axis = axisOf(trial);
    this.#limits = limits;
    this.#cpus = new ThreadCpus(this.#axis, profiles, limits);
  }

  add(profile: ThreadProfile): void {
    this.#cpus.add(profile);
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
      kind: this.#cpus.byThread.size > 0 ? 'profiled' : 'traced',
      frames: this.#cpus.functions.frames,
      threads: threads.map(({ thread }) => thread),
      jobs,
      inFlight: inFlight.curve,
      queued: queued?.curve ?? null,
      notes: [
        chosen === null ? null : jobsNote(jobs, chosen),
        ...threads.flatMap(({ thread: { thread, label }, pauses }) => [
          this.#cpus.samplesNote(thread, label),
          pauses > this.#limits.pauses ? gcNote(label, pauses, this.#limits.pauses) : null,
        ]),
        attemptsLeftOut === 0 ? null : attemptsNote(attemptsLeftOut),
        inFlight.meanOverUs === null ? null : curveNote('jobs in flight and queued', inFlight.meanOverUs),
        this.#cpus.callsNote(),
        reRunNote(this.#trial.trace.columns.starts),
      ].filter((note) => note !== null),
    };
  }

  #threads(): { thread: TimelineThread; pauses: number }[] {
    const { gc, loops, jobs, workers = [] } = this.#trial;
    const labelOf = threadLabels(workers);
    const place = placesOf(workers);
    const numbers = new Set([0, ...gc.map(({ thread }) => thread), ...this.#cpus.byThread.keys()]);
    for (let row = 0; row < jobs.rows; row++) if (jobs.start[row] !== 0) numbers.add(jobs.thread[row]!);
    return [...numbers]
      .sort((a, b) => (place.get(a) ?? -1) - (place.get(b) ?? -1) || a - b)
      .map((thread) => {
        const pauses = gc.find((each) => each.thread === thread)?.pauses ?? [];
        const loop = loops.find((each) => each.thread === thread)?.loop ?? null;
        const found = this.#cpus.byThread.get(thread);
        return {
          thread: {
            thread,
            label: labelOf(thread),
            cpu: found?.cpu ?? null,
            gc: pausesOf(pauses, this.#axis, this.#limits.pauses),
            delayUs: loop === null ? null : delayCurve(loop, this.#axis),
            utilization: found?.utilization ?? null,
          },
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
