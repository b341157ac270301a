import { threadLabel } from '../../../core/documents/v8-profiles.ts';
import { NS_PER_US } from '../../../core/units.ts';
import { jsonPieces } from '../../../profile/json-pieces.ts';
import { jobEvents, jobsAlone, threadsOf } from '../chrome-trace/job-events.ts';
import { profileEvents } from '../chrome-trace/profile-events.ts';
import { Numbers, type TraceEvent, TraceProcess } from '../chrome-trace/trace-file.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, Part, ProfileSource, VariantPart } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import { spanOf } from '../job-spans.ts';
import { type JobTrial, RunSource, trialTitle } from '../run-source.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';

const NOTE =
  'Each execution is a process of its own here: a profiled repetition has samples and jobs, a profiled pass samples ' +
  'alone, a timed or traced trial jobs alone. Their axes begin together, but nothing lines up from one to another.';

/**
 * Samples of every thread, and the jobs of a trial of each variant. What was profiled and traced in one lies on one
 * axis; else each pass is a process of its own.
 */
export const chromeTrace: Exporter<ProfileSource> = {
  name: 'chrome-trace',
  description: 'samples of each thread, jobs, and jobs in flight over time',
  opens: 'Perfetto, Chrome DevTools, Firefox Profiler, speedscope',
  scope: 'run',
  needs: 'either',
  extension: '.trace.json',

  async *write(source, part) {
    const { id, threadmill } = source;
    const origin = source instanceof RunSource ? { run: id, note: NOTE } : { recording: id };
    const metadata = { source: `threadmill ${threadmill}`, ...origin };
    yield `{"displayTimeUnit":"ms","metadata":${JSON.stringify(metadata)},"traceEvents":[`;
    let first = true;
    for await (const events of groups(source, part)) {
      for (const text of inChunks(jsonPieces(events))) {
        yield text.startsWith(',') || first ? text : `,${text}`;
        first = false;
      }
    }
    yield ']}\n';
  },
};

/** One thread's samples or one trial's jobs at a time: no more than that is held in memory. */
async function* groups(source: ProfileSource, { variants }: Part): AsyncGenerator<Iterable<TraceEvent>> {
  const numbers = new Numbers();
  for (const variant of variants) {
    if (variant.threads.length > 0 && !variant.trials.includes('profiled')) {
      yield* profiledPass(source, variant, numbers);
    }
    if (!(source instanceof RunSource)) continue;
    for (const choice of variant.trials) {
      const trial = await source.trial(variant.name, choice);
      if (trial === null) continue;
      if (choice === 'profiled') yield* profiledTrial(source, variant, trial, numbers);
      else yield jobsAlone(source, trial, numbers);
    }
  }
}

/** Samples and jobs of one execution: one process, whose axis begins with the trial. */
async function* profiledTrial(
  source: RunSource,
  { name, threads }: VariantPart,
  trial: JobTrial,
  numbers: Numbers,
): AsyncGenerator<Iterable<TraceEvent>> {
  const span = spanOf(trial);
  if (span === null) return;
  const process = new TraceProcess(numbers, span.startNs);
  yield process.named(`${name}: ${trialTitle(trial)}`);
  const sampled = (await source.profiledThreads(name, 'timeline')).filter((each) => threads.includes(each));
  for (const thread of new Set([...threadsOf(trial), ...sampled])) {
    yield process.threadNamed(thread, `${threadLabel(thread)} (${name})`);
  }
  for (const thread of sampled) {
    const table = new FrameTable();
    const calls = threadCalls(await source.profile(name, thread, 'timeline'), table);
    // That of the trial says the same of the main thread.
    if (thread !== 0) yield [loadEvent(calls, process)];
    yield profileEvents(calls, table, process);
  }
  yield jobEvents(source, trial, process);
}

async function* profiledPass(
  source: ProfileSource,
  { name, threads }: VariantPart,
  numbers: Numbers,
): AsyncGenerator<Iterable<TraceEvent>> {
  let process: TraceProcess | null = null;
  for (const thread of threads) {
    const table = new FrameTable();
    const calls = threadCalls(await source.profile(name, thread), table);
    if (process === null) {
      process = new TraceProcess(numbers, (calls.startUs - calls.offsetUs) * NS_PER_US);
      yield process.named(source instanceof RunSource ? `${name}: profiled pass` : name);
    }
    // speedscope shows a thread's name without its process.
    yield process.threadNamed(thread, `${calls.label} (${name})`);
    yield [loadEvent(calls, process)];
    yield profileEvents(calls, table, process);
  }
}

/** The span of a thread's samples. DevTools does not look at samples to see how long a trace is. */
function loadEvent({ thread, startUs, durationUs }: ThreadCalls, process: TraceProcess): TraceEvent {
  const ids = { pid: process.pid, tid: process.tid(thread) };
  const ts = process.ts(startUs * NS_PER_US);
  return { name: 'profiled load', cat: 'load', ph: 'X', ...ids, ts, dur: durationUs };
}
