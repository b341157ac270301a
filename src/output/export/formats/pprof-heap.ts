import type { SampleInput } from 'pprof-format';
import { savedOptions } from '../../../profile/flame-tree.ts';
import type { ThreadHeapProfile } from '../../../profile/heap-profile.ts';
import type { Exporter } from '../exporter.ts';
import { labelsOf, PprofFile } from '../pprof-tables.ts';
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
  binary: true,

  async *write(source, { variants }) {
    const file = new PprofFile();
    let period = 0;
    for (const { name, threads } of variants) {
      for (const thread of threads) {
        const profile = await source.allocations(name, thread);
        file.add(samplesOf(profile, file));
        period = Math.max(period, Math.round(profile.thread.intervalBytes));
      }
    }
    const { text } = file;
    const bytes = text('bytes');
    const space = text('alloc_space');
    yield await file.zipped(source, {
      sampleType: [
        { type: text('samples'), unit: text('count') },
        { type: space, unit: bytes },
      ],
      defaultSampleType: space,
      periodType: { type: text('space'), unit: bytes },
      period,
    });
  },
};

function* samplesOf(
  { frames, nodes, samples, thread }: ThreadHeapProfile,
  { table, locations, text }: PprofFile,
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
