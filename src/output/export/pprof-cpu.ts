import type { SampleInput } from 'pprof-format';
import { NS_PER_US } from '../../core/units.ts';
import type { Part, ProfileSource } from './exporter.ts';
import type { FrameTable } from './frame-table.ts';
import { type LineShare, linesByNode, shareOut } from './line-shares.ts';
import { labelsOf, PprofFile } from './pprof-tables.ts';
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

interface SampledThread {
  readonly calls: ThreadCalls;
  /** Their times add up to those of the calls. */
  readonly samples: Iterable<NodeSamples>;
}

/** How a thread is read; its functions go into the table. */
type ReadThread = (name: string, thread: number, table: FrameTable) => Promise<SampledThread>;

/**
 * https://github.com/google/pprof/blob/main/proto/profile.proto: for each stack how many samples, CPU time (all
 * but idle) and wall time, with the variant, the thread, and the job if there is one as labels.
 */
export async function cpuPprof(source: ProfileSource, { variants }: Part, read: ReadThread): Promise<Buffer> {
  const file = new PprofFile();
  const spans = { startUs: Number.POSITIVE_INFINITY, durationUs: 0, sampledUs: 0, samples: 0 };
  for (const variant of variants) {
    let longestUs = 0;
    for (const thread of variant.threads) {
      const sampled = await read(variant.name, thread, file.table);
      file.add(samplesOf(sampled, file));
      const { calls } = sampled;
      spans.startUs = Math.min(spans.startUs, calls.startUs);
      spans.sampledUs += calls.durationUs;
      spans.samples += calls.sampleNode.length;
      longestUs = Math.max(longestUs, calls.durationUs);
    }
    // Of variants one after another: threads ran at the same time, variants did not.
    spans.durationUs += longestUs;
  }
  const { text } = file;
  const nanoseconds = text('nanoseconds');
  const cpu = text('cpu');
  return file.zipped(source, {
    sampleType: [
      { type: text('samples'), unit: text('count') },
      { type: cpu, unit: nanoseconds },
      { type: text('wall'), unit: nanoseconds },
    ],
    defaultSampleType: cpu,
    timeNanos: source.unixNanos(spans.startUs * NS_PER_US),
    durationNanos: Math.round(spans.durationUs * NS_PER_US),
    periodType: { type: cpu, unit: nanoseconds },
    period: Math.round((spans.sampledUs * NS_PER_US) / Math.max(1, spans.samples)),
  });
}

function* samplesOf(
  { calls, samples }: SampledThread,
  { table, locations, text }: PprofFile,
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
