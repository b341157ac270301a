import type { ThreadHeapProfile } from '../../../profile/heap-profile.ts';
import { writeHeapProfile } from '../../../profile/write-heap-profile.ts';
import { inChunks } from '../chunks.ts';
import type { Exporter } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';

/** One file for each thread: what it allocated during the load, cleared away since or not. */
export const heapprofile: Exporter = {
  name: 'heapprofile',
  description: 'allocations of each thread, as V8 writes them',
  opens: 'Chrome DevTools, VS Code, speedscope',
  scope: 'thread',
  needs: 'allocations',
  extension: '.heapprofile',

  async *write(source, { variants }) {
    for (const { name, threads } of variants) {
      for (const thread of threads) {
        yield* inChunks(writeHeapProfile(withCleanNames(await source.allocations(name, thread))));
      }
    }
  },
};

function withCleanNames(profile: ThreadHeapProfile): ThreadHeapProfile {
  const table = new FrameTable();
  const ids = profile.frames.map((frame) => table.idOf(frame));
  const frame = profile.nodes.frame.map((each) => ids[each]!);
  return { ...profile, frames: table.callFrames, nodes: { ...profile.nodes, frame } };
}
