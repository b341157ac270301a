import { Profile, type SampleInput, StringTable } from 'pprof-format';
import { savedOptions } from '../../../profile/flame-tree.ts';
import type { ThreadHeapProfile } from '../../../profile/heap-profile.ts';
import type { Exporter, Part } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import {
  commentOf,
  functionsOf,
  Locations,
  labelsOf,
  mappingOf,
  type Text,
  zipped,
} from '../pprof-tables.ts';
import { stackRoom } from '../room.ts';
import type { RunSource } from '../run-source.ts';
import { stackOf } from '../thread-trees.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/** What all threads allocated: for each stack how many samples were taken, and the bytes that they stand for. */
export const pprofHeap: Exporter = {
  name: 'pprof-heap',
  description: 'bytes allocated, labelled by variant and thread',
  opens: 'go tool pprof, Grafana Pyroscope, Polar Signals, speedscope',
  scope: 'run',
  needs: 'allocations',
  extension: '.heap.pb.gz',
  trials: 'one',
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
  const room = stackRoom();
  const sample: SampleInput[] = [];
  let period = 0;
  for (const { name, threads } of variants) {
    for (const thread of threads) {
      const profile = await source.allocations(name, thread);
      for (const each of samplesOf(profile, table, locations, text)) {
        room.take(each.locationId!.length);
        sample.push(each);
      }
      period = Math.max(period, Math.round(profile.thread.intervalBytes));
    }
  }
  const bytes = text('bytes');
  const space = text('alloc_space');
  return new Profile({
    sampleType: [
      { type: text('samples'), unit: text('count') },
      { type: space, unit: bytes },
    ],
    defaultSampleType: space,
    sample,
    mapping: [mappingOf(source, text)],
    function: functionsOf(table, text),
    location: locations.list,
    periodType: { type: text('space'), unit: bytes },
    period,
    comment: commentOf(source, text),
    stringTable: strings,
  });
}

function* samplesOf(
  { frames, nodes, samples, thread }: ThreadHeapProfile,
  table: FrameTable,
  locations: Locations,
  text: Text,
): Generator<SampleInput> {
  const label = labelsOf(thread, text);
  const options = savedOptions(thread);
  const ids = frames.map((frame) => table.idOf(frame, options));
  const tree = { frame: nodes.frame.map((frame) => ids[frame]!), parent: nodes.parent };
  const hits = new Uint32Array(nodes.id.length);
  for (const node of samples.node) hits[node]!++;
  const bytes = wholeNumbers(nodes.selfBytes);
  for (let node = 0; node < hits.length; node++) {
    if (hits[node] === 0 && bytes[node] === 0) continue;
    const stack = node === 0 ? [tree.frame[0]!] : stackOf(tree, node).reverse();
    const locationId = stack.map((frame) => locations.idOf(frame));
    yield { locationId, value: [hits[node]!, bytes[node]!], label };
  }
}
