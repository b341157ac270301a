import type { ThreadProfile } from '../../profile/profile.ts';
import type { ProfileNode } from '../../types/cpu-profile.ts';
import { inChunks } from '../chunks.ts';
import { cpuProfileJson } from '../cpu-profile-json.ts';
import type { Exporter } from '../exporter.ts';
import { FrameTable } from '../frame-table.ts';
import { wholeNumbers } from '../json-pieces.ts';
import { type ThreadCalls, threadCalls } from '../thread-calls.ts';

/**
 * One file for each thread. `hitCount` and line ticks are µs of self time, because some readers go by them
 * alone (0x), and others by their proportions (DevTools): counts of samples, which are not evenly spaced, would
 * give them other times than the samples do.
 */
export const cpuprofile: Exporter = {
  name: 'cpuprofile',
  description: 'CPU profile of each thread, as V8 writes it',
  opens: 'Chrome DevTools, VS Code, speedscope, Firefox Profiler, 0x',
  extension: '.cpuprofile',
  scope: 'thread',
  needs: 'profiles',
  blocks: 'one',
  binary: false,

  async *write(source, { variants }) {
    for (const { name, threads } of variants) {
      for (const thread of threads) yield* inChunks(profileJson(await source.profile(name, thread)));
    }
  },
};

function profileJson(profile: ThreadProfile): Iterable<string> {
  const table = new FrameTable();
  const calls = threadCalls(profile, table);
  return cpuProfileJson({
    nodes: nodesOf(profile, calls, table),
    startUs: calls.startUs,
    durationUs: calls.durationUs,
    samples: calls.sampleNode.length,
    nodeAt: (sample) => calls.sampleNode[sample]!,
    timeAt: (sample) => calls.sampleUs[sample]!,
    threadmill: profile.thread,
  });
}

function* nodesOf(profile: ThreadProfile, calls: ThreadCalls, table: FrameTable): Generator<ProfileNode> {
  const { frame, parent, selfUs } = calls;
  const ticks = ticksByNode(profile);
  const children: number[][] = Array.from(parent, () => []);
  parent.forEach((above, node) => {
    if (above >= 0) children[above]!.push(node + 1);
  });
  const hits = wholeNumbers(selfUs);
  for (let node = 0; node < parent.length; node++) {
    const positionTicks = ticks.get(node) ?? [];
    const hitCount = hits[node]!;
    yield {
      id: node + 1,
      callFrame: table.callFrames[frame[node]!]!,
      hitCount,
      children: children[node]!,
      ...(positionTicks.length > 0 && { positionTicks: addingUpTo(hitCount, positionTicks) }),
    };
  }
}

type Ticks = NonNullable<ProfileNode['positionTicks']>;

function ticksByNode({ ticks }: ThreadProfile): Map<number, { line: number; ticks: number }[]> {
  const byNode = new Map<number, { line: number; ticks: number }[]>();
  ticks.node.forEach((node, tick) => {
    const entry = { line: ticks.line[tick]!, ticks: ticks.count[tick]! };
    const others = byNode.get(node);
    if (others === undefined) byNode.set(node, [entry]);
    else others.push(entry);
  });
  return byNode;
}

/** Ticks in proportion to what they were. */
function addingUpTo(hits: number, ticks: Ticks): Ticks {
  const sum = ticks.reduce((total, { ticks: each }) => total + each, 0);
  const share = wholeNumbers(ticks.map(({ ticks: each }) => (sum === 0 ? 0 : (hits * each) / sum)));
  return ticks.map(({ line }, i) => ({ line, ticks: share[i]! }));
}
