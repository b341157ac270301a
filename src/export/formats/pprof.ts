import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type FunctionInput, type LocationInput, Profile, type SampleInput, StringTable } from 'pprof-format';
import type { Exporter, Part } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import { wholeNumbers } from '../json-pieces.ts';
import type { RunSource } from '../run-source.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';
import { isIdle, stackOf } from '../thread-trees.ts';

const zip = promisify(gzip);
const NS_PER_US = 1_000;

/**
 * https://github.com/google/pprof/blob/main/proto/profile.proto: for each stack how many samples, CPU time (all
 * but idle) and wall time, with the variant and the thread as labels. A job's name is no label: jobs overlap on
 * a thread, and what is profiled is another pass than what is timed, so that no sample is known to be of a job.
 */
export const pprof: Exporter = {
  name: 'pprof',
  description: 'samples, CPU and wall time, labelled by variant and thread',
  opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
  extension: '.pb.gz',
  scope: 'run',
  needs: 'profiles',
  blocks: 'one',
  binary: true,

  async *write(source, part) {
    yield await zip((await build(source, part)).encode());
  },
};

async function build(source: RunSource, { variants }: Part): Promise<Profile> {
  const strings = new StringTable();
  const text = (value: string) => strings.dedup(value);
  const table = new FrameTable();
  const sample: SampleInput[] = [];
  const spans = { startUs: Number.POSITIVE_INFINITY, durationUs: 0, sampledUs: 0, samples: 0 };
  for (const variant of variants) {
    let longestUs = 0;
    for (const thread of variant.threads) {
      const calls = threadCalls(await source.profile(variant.name, thread), table);
      for (const each of samplesOf(calls, table, text)) sample.push(each);
      spans.startUs = Math.min(spans.startUs, calls.startUs);
      spans.sampledUs += calls.durationUs;
      spans.samples += calls.sampleNode.length;
      longestUs = Math.max(longestUs, calls.durationUs);
    }
    // Of variants one after another: threads ran at the same time, variants did not.
    spans.durationUs += longestUs;
  }
  const nanoseconds = text('nanoseconds');
  const cpu = text('cpu');
  return new Profile({
    sampleType: [
      { type: text('samples'), unit: text('count') },
      { type: cpu, unit: nanoseconds },
      { type: text('wall'), unit: nanoseconds },
    ],
    defaultSampleType: cpu,
    sample,
    mapping: [mappingOf(source, text)],
    ...functionsOf(table, text),
    timeNanos: source.unixNanos(spans.startUs * NS_PER_US),
    durationNanos: Math.round(spans.durationUs * NS_PER_US),
    periodType: { type: cpu, unit: nanoseconds },
    period: Math.round((spans.sampledUs * NS_PER_US) / Math.max(1, spans.samples)),
    comment: [text(`threadmill ${source.record.threadmill}, run ${source.id}`)],
    stringTable: strings,
  });
}

type Text = (value: string) => number;

function samplesOf(calls: ThreadCalls, table: FrameTable, text: Text): SampleInput[] {
  const label = [
    { key: text('variant'), str: text(calls.variant) },
    { key: text('thread'), str: text(calls.label) },
    { key: text('thread_number'), num: calls.thread },
  ];
  const wall = wholeNumbers(calls.selfUs.map((us) => us * NS_PER_US));
  const samples: SampleInput[] = [];
  for (let node = 0; node < calls.frame.length; node++) {
    const hits = calls.hits[node]!;
    const wallNs = wall[node]!;
    if (hits === 0 && wallNs === 0) continue;
    // The innermost function comes first. Time below no function is the root's own.
    const stack = node === 0 ? [calls.frame[0]!] : stackOf(calls, node).reverse();
    samples.push({
      locationId: stack.map((frame) => frame + 1),
      value: [hits, isIdle(calls, table, node) ? 0 : wallNs, wallNs],
      label,
    });
  }
  return samples;
}

/** A location is a function's first line: V8 does not say from which line a function was called. */
function functionsOf(
  table: FrameTable,
  text: Text,
): { function: FunctionInput[]; location: LocationInput[] } {
  return {
    function: table.frames.map(({ name, file, line }, frame) => ({
      id: frame + 1,
      name: text(name),
      systemName: text(table.callFrames[frame]!.functionName),
      filename: text(file ?? ''),
      startLine: line ?? 0,
    })),
    location: table.frames.map(({ line, column }, frame) => ({
      id: frame + 1,
      mappingId: 1,
      line: [{ functionId: frame + 1, line: line ?? 0, column: column ?? 0 }],
    })),
  };
}

function mappingOf({ record }: RunSource, text: Text): object {
  return {
    id: 1,
    filename: text(record.spec.workload.source),
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
  };
}
