import { NS_PER_US } from '../../../core/units.ts';
import type { FrameTable } from '../frame-table.ts';
import type { ThreadCalls } from '../thread-calls.ts';
import type { TraceEvent, TraceProcess } from './trace-file.ts';

const CATEGORY = 'disabled-by-default-v8.cpu_profiler';
/** As V8 does: a reader need not hold a long profile as one value. */
const SAMPLES_PER_CHUNK = 10_000;

/** Samples as V8 writes them into a trace: nodes with the first chunk, whole µs, rounded from the beginning. */
export function* profileEvents(
  calls: ThreadCalls,
  table: FrameTable,
  process: TraceProcess,
): Generator<TraceEvent> {
  const { sampleUs, sampleNode, durationUs } = calls;
  const ids = { pid: process.pid, tid: process.tid(calls.thread), id: process.id() };
  const startUs = Math.round(process.ts(calls.startUs * NS_PER_US));
  const head = { ...ids, cat: CATEGORY, ph: 'P' as const };
  yield { ...head, name: 'Profile', ts: startUs, args: { data: { startTime: startUs } } };
  const samples = sampleNode.length;
  // A last sample of the root ends the one before it: readers take a sample to last until the next.
  const timeAt = (i: number) => (i < 0 ? 0 : Math.round(i < samples ? sampleUs[i]! : durationUs));
  for (let from = 0; from <= samples; from += SAMPLES_PER_CHUNK) {
    const count = Math.min(SAMPLES_PER_CHUNK, samples + 1 - from);
    const each = <T>(valueAt: (i: number) => T) => Array.from({ length: count }, (_, i) => valueAt(from + i));
    const isLast = from + count > samples;
    yield {
      ...head,
      name: 'ProfileChunk',
      ts: startUs + timeAt(from),
      args: {
        data: {
          cpuProfile: {
            ...(from === 0 && { nodes: nodesOf(calls, table) }),
            samples: each((i) => (i < samples ? sampleNode[i]! : 0) + 1),
          },
          timeDeltas: each((i) => timeAt(i) - timeAt(i - 1)),
          ...(isLast && { endTime: startUs + timeAt(samples) }),
        },
      },
    };
  }
}

function nodesOf({ frame, parent }: ThreadCalls, table: FrameTable): object[] {
  return Array.from(frame, (id, node) => {
    const { functionName, url, scriptId, lineNumber, columnNumber } = table.callFrames[id]!;
    const callFrame = {
      functionName,
      scriptId: Number(scriptId) || 0,
      // As V8: no place is given for what is no script.
      ...(url !== '' && { url, lineNumber, columnNumber }),
    };
    return { id: node + 1, callFrame, ...(node > 0 && { parent: parent[node]! + 1 }) };
  });
}
