import { Profile, type SampleInput, StringTable } from 'pprof-format';
import { NS_PER_US } from '../../core/units.ts';
import type { Part, ProfileSource } from './exporter.ts';
import { FrameTable } from './frame-table.ts';
import { type LineShare, linesByNode, shareOut } from './line-shares.ts';
import { commentOf, functionsOf, Locations, labelsOf, mappingOf, type Text, zipped } from './pprof-tables.ts';
import { stackRoom } from './room.ts';
import type { ThreadCalls } from './thread-calls.ts';
import { isIdle, stackOf } from './thread-trees.ts';
import { wholeNumbers } from './whole-numbers.ts';

export interface NodeSamples {
  readonly node: number;
  /** Name of the job that they are of; null for none. */
  readonly job: string | null;
  readonly hits: number;
  readonly self: number;
}

export interface SampledThread {
  readonly calls: ThreadCalls;
  /** Their times add up to those of the calls. */
  readonly samples: Iterable<NodeSamples>;
}

/** How a thread is read; its functions go into the table. */
export type ReadThread = (name: string, thread: number, table: FrameTable) => Promise<SampledThread>;

/**
 * https://github.com/google/pprof/blob/main/proto/profile.proto: for each stack how many samples, CPU time (all
 * but idle) and wall time, with the variant, the thread, and the job if there is one as labels.
 */
export async function cpuPprof(source: ProfileSource, part: Part, read: ReadThread): Promise<Buffer> {
  return zipped(await build(source, part, read));
}

async function build(source: ProfileSource, { variants }: Part, read: ReadThread): Promise<Profile> {
  const strings = new StringTable();
  const text = (value: string) => strings.dedup(value);
  const table = new FrameTable();
  const locations = new Locations(table);
  const room = stackRoom();
  const sample: SampleInput[] = [];
  const spans = { startUs: Number.POSITIVE_INFINITY, durationUs: 0, sampledUs: 0, samples: 0 };
  for (const variant of variants) {
    let longestUs = 0;
    for (const thread of variant.threads) {
      const sampled = await read(variant.name, thread, table);
      for (const each of samplesOf(sampled, table, locations, text)) {
        room.take(each.locationId!.length);
        sample.push(each);
      }
      const { calls } = sampled;
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
  { calls, samples }: SampledThread,
  table: FrameTable,
  locations: Locations,
  text: Text,
): Generator<SampleInput> {
  const ofThread = labelsOf(calls, text);
  const all = [...samples];
  const wall = wholeNumbers(all.map(({ self }) => self * NS_PER_US));
  const lines = linesByNode(calls);
  for (const [index, { node, job, hits }] of all.entries()) {
    const wallNs = wall[index]!;
    if (hits === 0 && wallNs === 0) continue;
    const label = job === null ? ofThread : [...ofThread, { key: text('job'), str: text(job) }];
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
