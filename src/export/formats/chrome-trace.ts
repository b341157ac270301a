import { jsonPieces } from '../../profile/json-pieces.ts';
import { EXPORT_FORMATS } from '../../types/export-formats.ts';
import { jobEvents } from '../chrome-trace/job-events.ts';
import { profileEvents } from '../chrome-trace/profile-events.ts';
import { Numbers, type TraceEvent, TraceProcess } from '../chrome-trace/trace-file.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter, Part, VariantPart } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import type { RunSource } from '../run-source.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';

const NOTE =
  'Samples are of the profiled pass, jobs of a timed or traced block: other processes, at other times. Each is a ' +
  'process of its own here. Their axes begin together, but nothing lines up from one of them to another.';

/** Samples of every thread, and the jobs of a block of each variant, each pass as a process of its own. */
export const chromeTrace: Exporter = {
  ...EXPORT_FORMATS.chromeTrace,
  extension: '.trace.json',
  blocks: 'one',
  binary: false,

  async *write(source, part) {
    const { id, threadmill } = source.record;
    const metadata = { source: `threadmill ${threadmill}`, run: id, note: NOTE };
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

/** One thread's samples or one block's jobs at a time: no more than that is held in memory. */
async function* groups(source: RunSource, { variants }: Part): AsyncGenerator<Iterable<TraceEvent>> {
  const numbers = new Numbers();
  for (const variant of variants) {
    if (variant.threads.length > 0) yield* profiledPass(source, variant, numbers);
    for (const choice of variant.blocks) {
      const block = await source.block(variant.name, choice);
      if (block !== null) yield jobEvents(source, block, numbers);
    }
  }
}

async function* profiledPass(
  source: RunSource,
  { name, threads }: VariantPart,
  numbers: Numbers,
): AsyncGenerator<Iterable<TraceEvent>> {
  let process: TraceProcess | null = null;
  for (const thread of threads) {
    const table = new FrameTable();
    const calls = threadCalls(await source.profile(name, thread), table);
    if (process === null) {
      process = new TraceProcess(numbers, (calls.startUs - calls.offsetUs) * 1_000);
      yield process.named(`${name}: profiled pass`);
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
  const ts = process.ts(startUs * 1_000);
  return { name: 'profiled load', cat: 'load', ph: 'X', ...ids, ts, dur: durationUs };
}
