import { Profile, type SampleInput, StringTable } from 'pprof-format';
import { EXPORT_FORMATS } from '../../types/export-formats.ts';
import { NS_PER_US } from '../../types/units.ts';
import type { Exporter, Part } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import { type LineShare, linesByNode, shareOut } from '../line-shares.ts';
import {
  commentOf,
  functionsOf,
  Locations,
  labelsOf,
  mappingOf,
  type Text,
  zipped,
} from '../pprof-tables.ts';
import type { RunSource } from '../run-source.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';
import { isIdle, stackOf } from '../thread-trees.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/**
 * https://github.com/google/pprof/blob/main/proto/profile.proto: for each stack how many samples, CPU time (all
 * but idle) and wall time, with the variant and the thread as labels. A job's name is no label: jobs overlap on
 * a thread, and what is profiled is another pass than what is timed, so that no sample is known to be of a job.
 */
export const pprof: Exporter = {
  ...EXPORT_FORMATS.pprof,
  extension: '.pb.gz',
  blocks: 'one',
  binary: true,

  async *write(source, part) {
    yield await zipped(await build(source, part));
  },
};

async function build(source: RunSource, { variants }: Part): Promise<Profile> {
  const strings = new StringTable();
  const text = (value: string) => strings.dedup(value);
  const table = new FrameTable();
  const locations = new Locations(table);
  const sample: SampleInput[] = [];
  const spans = { startUs: Number.POSITIVE_INFINITY, durationUs: 0, sampledUs: 0, samples: 0 };
  for (const variant of variants) {
    let longestUs = 0;
    for (const thread of variant.threads) {
      const calls = threadCalls(await source.profile(variant.name, thread), table);
      for (const each of samplesOf(calls, table, locations, text)) sample.push(each);
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
    function: functionsOf(table, text),
    location: locations.list,
    timeNanos: source.unixNanos(spans.startUs * NS_PER_US),
    durationNanos: Math.round(spans.durationUs * NS_PER_US),
    periodType: { type: cpu, unit: nanoseconds },
    period: Math.round((spans.sampledUs * NS_PER_US) / Math.max(1, spans.samples)),
    comment: commentOf(source, text),
    stringTable: strings,
  });
}

function* samplesOf(
  calls: ThreadCalls,
  table: FrameTable,
  locations: Locations,
  text: Text,
): Generator<SampleInput> {
  const label = labelsOf(calls, text);
  const wall = wholeNumbers(calls.selfUs.map((us) => us * NS_PER_US));
  const lines = linesByNode(calls);
  for (let node = 0; node < calls.frame.length; node++) {
    const hits = calls.hits[node]!;
    const wallNs = wall[node]!;
    if (hits === 0 && wallNs === 0) continue;
    const isBusy = !isIdle(calls, table, node);
    // The innermost function comes first. Time below no function is the root's own.
    const stack = node === 0 ? [calls.frame[0]!] : stackOf(calls, node).reverse();
    const callers = stack.slice(1).map((frame) => locations.idOf(frame));
    const own: readonly LineShare<number | null>[] = lines.get(node) ?? [{ line: null, value: 1 }];
    const hitShares = shareOut(hits, own);
    for (const [part, { line, value: ns }] of shareOut(wallNs, own).entries()) {
      const count = hitShares[part]!.value;
      if (count === 0 && ns === 0) continue;
      yield {
        locationId: [locations.idOf(stack[0]!, line), ...callers],
        value: [count, isBusy ? ns : 0, ns],
        label,
      };
    }
  }
}
