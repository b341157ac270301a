import { threadLabel } from '../../../core/documents/v8-profiles.ts';
import { OUTCOMES } from '../../../core/outcomes.ts';
import { NS_PER_US } from '../../../core/units.ts';
import { inFlightSteps, queueSteps, type Step } from '../../../profile/timeline/steps.ts';
import { type JobSpan, jobSpans, spanOf } from '../job-spans.ts';
import { type JobTrial, type RunSource, trialTitle } from '../run-source.ts';
import { type Numbers, type TraceEvent, TraceProcess } from './trace-file.ts';

/** Of what a message leaves and reaches: enough for a reader to hold on to, and never in the way of the next. */
const INSTANT_US = 0.001;

/** The jobs of one trial: a process of its own, whose axis begins with the trial. */
export function* jobsAlone(source: RunSource, trial: JobTrial, numbers: Numbers): Generator<TraceEvent> {
  const span = spanOf(trial);
  if (span === null) return;
  const process = new TraceProcess(numbers, span.startNs);
  yield* process.named(`${trial.variant.name}: ${trialTitle(trial)}, jobs`);
  for (const thread of threadsOf(trial)) {
    yield* process.threadNamed(thread, threadLabel(thread));
  }
  yield* jobEvents(source, trial, process);
}

export function* jobEvents(source: RunSource, trial: JobTrial, process: TraceProcess): Generator<TraceEvent> {
  const span = spanOf(trial);
  if (span === null) return;
  const title = `${trial.variant.name}: ${trialTitle(trial)}`;
  yield slice(title, 'trial', 0, span.startNs, span.endNs - span.startNs, process);
  for (const { thread, pauses } of trial.traced?.gc ?? []) {
    for (const [startNs, durationNs] of pauses) yield slice('GC', 'gc', thread, startNs, durationNs, process);
  }
  for (const job of jobSpans(source, trial)) {
    yield* jobEvent(job, process);
    if (job.thread !== 0) yield* messages(job, process);
  }
  yield* counter('jobs in flight', inFlightSteps(trial.rows), process);
  yield* counter('jobs queued', queueSteps(trial.rows, trial.traced?.trace ?? null), process);
}

export function threadsOf({ rows, traced }: JobTrial): number[] {
  const threads = new Set([0, ...(traced?.gc ?? []).map(({ thread }) => thread)]);
  for (let row = 0; row < rows.rows; row++) if (rows.start[row] !== 0) threads.add(rows.thread[row]!);
  return [...threads].sort((a, b) => a - b);
}

function slice(
  name: string,
  cat: string,
  thread: number,
  startNs: number,
  durationNs: number,
  process: TraceProcess,
): TraceEvent {
  const ids = { pid: process.pid, tid: process.tid(thread) };
  return { name, cat, ph: 'X', ...ids, ts: process.ts(startNs), dur: Math.round(durationNs) / NS_PER_US };
}

/** A job with its phases, and beside it its wait for the thread. DevTools draws async events of browsers only. */
function* jobEvent(job: JobSpan, process: TraceProcess): Generator<TraceEvent> {
  const { name, position, item, outcome, status, bytes, queuedNs, startNs, endNs, phases, attempts } = job;
  const ids = { cat: 'job', pid: process.pid, tid: process.tid(job.thread), id: process.id() };
  const args = { position, item, outcome, ...(status !== 0 && { status }), bytes };
  const part = (partName: string, fromNs: number, toNs: number, partArgs?: object): TraceEvent[] => [
    { ...ids, name: partName, ph: 'b', ts: process.ts(fromNs), ...(partArgs && { args: partArgs }) },
    { ...ids, name: partName, ph: 'e', ts: process.ts(toNs) },
  ];
  if (queuedNs !== null && queuedNs < startNs) yield* part('queue', queuedNs, startNs);
  yield { ...ids, name, ph: 'b', ts: process.ts(startNs), args };
  for (const [number, attempt] of attempts.entries()) {
    const ended = {
      outcome: OUTCOMES[attempt.outcome]!,
      ...(attempt.status !== 0 && { status: attempt.status }),
    };
    yield* part(`attempt ${number + 1}`, attempt.startNs, attempt.endNs, ended);
  }
  for (const phase of phases) yield* part(phase.name, phase.startNs, phase.endNs);
  yield { ...ids, name, ph: 'e', ts: process.ts(endNs) };
}

/** Main thread to worker, and back: arrows between slices of no length, as there must be some to point at. */
function* messages(job: JobSpan, process: TraceProcess): Generator<TraceEvent> {
  const { thread, queuedNs, startNs, endNs, returnedNs } = job;
  if (queuedNs !== null && queuedNs <= startNs) {
    yield* arrow('job handed over', { thread: 0, atNs: queuedNs }, { thread, atNs: startNs }, process);
  }
  if (returnedNs !== null && returnedNs >= endNs) {
    yield* arrow('job returned', { thread, atNs: endNs }, { thread: 0, atNs: returnedNs }, process);
  }
}

interface Place {
  readonly thread: number;
  readonly atNs: number;
}

function* arrow(name: string, from: Place, to: Place, process: TraceProcess): Generator<TraceEvent> {
  const id = process.id();
  for (const [place, end] of [
    [from, { ph: 's' }],
    [to, { ph: 'f', bp: 'e' }],
  ] as const) {
    const event = { name, cat: 'message', pid: process.pid, tid: process.tid(place.thread) };
    const ts = process.ts(place.atNs);
    yield { ...event, ph: 'X', ts, dur: INSTANT_US };
    yield { ...event, ...end, ts, id };
  }
}

function* counter(name: string, steps: Iterable<Step>, process: TraceProcess): Generator<TraceEvent> {
  const event = { name, cat: 'job', ph: 'C', pid: process.pid, tid: process.tid(0) } as const;
  for (const { atNs, count } of steps) yield { ...event, ts: process.ts(atNs), args: { jobs: count } };
}
