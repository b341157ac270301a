import type { ProfileNode } from '../../../core/documents/v8-profiles.ts';
import type { ThreadProfile } from '../../../profile/profile.ts';
import { inChunks } from '../chunks.ts';
import { closedCpuProfile } from '../closed-cpu-profile.ts';
import type { Exporter, ProfileSource } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import { linesByNode, shareOut } from '../line-shares.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';
import { wholeNumbers } from '../whole-numbers.ts';

/**
 * One file for each thread. `hitCount` and line ticks are µs of self time, because some readers go by them
 * alone (0x), and others by their proportions (DevTools): counts of samples, which are not evenly spaced, would
 * give them other times than the samples do.
 */
export const cpuprofile: Exporter<ProfileSource> = {
  name: 'cpuprofile',
  description: 'CPU profile of each thread, as V8 writes it',
  opens: 'Chrome DevTools, VS Code, speedscope, Firefox Profiler, 0x',
  scope: 'thread',
  needs: 'profiles',
  extension: '.cpuprofile',

  async *write(source, { variants }) {
    for (const { name, threads } of variants) {
      for (const thread of threads) yield* inChunks(profileJson(await source.profile(name, thread)));
    }
  },
};

function profileJson(profile: ThreadProfile): Iterable<string> {
  const table = new FrameTable();
  const calls = threadCalls(profile, table);
  return closedCpuProfile({
    nodes: nodesOf(calls, table),
    startUs: calls.startUs,
    durationUs: calls.durationUs,
    samples: calls.sampleNode.length,
    nodeAt: (sample) => calls.sampleNode[sample]!,
    timeAt: (sample) => calls.sampleUs[sample]!,
    threadmill: profile.thread,
  });
}

function* nodesOf(calls: ThreadCalls, table: FrameTable): Generator<ProfileNode> {
  const { frame, parent, self } = calls;
  const lines = linesByNode(calls);
  const children: number[][] = Array.from(parent, () => []);
  parent.forEach((above, node) => {
    if (above >= 0) children[above]!.push(node + 1);
  });
  const hits = wholeNumbers(self);
  for (let node = 0; node < parent.length; node++) {
    const hitCount = hits[node]!;
    const ticks = shareOut(hitCount, lines.get(node) ?? []);
    yield {
      id: node + 1,
      callFrame: table.callFrames[frame[node]!]!,
      hitCount,
      children: children[node]!,
      ...(ticks.length > 0 && { positionTicks: ticks.map(({ line, value }) => ({ line, ticks: value })) }),
    };
  }
}
