import type { CallFrame, CpuProfile, ProfileNode, ThreadProfile } from '../types/cpu-profile.ts';
import { nodeIndex, nodeOrder } from './node-index.ts';
import { selfTimes } from './self-time.ts';

export interface MergeOptions {
  /** Self time that makes one hit, µs. Default 1,000: as many hits as a sampler with that interval sees. */
  readonly hitUs?: number;
  /** What becomes of the time in which a thread had nothing to do. Default `drop`: CPU time remains. */
  readonly idle?: 'drop' | 'keep';
}

/**
 * One profile of all threads: below the root one child for each, named like `thread 1 (worker 1)`, and its
 * call tree below that. It is for readers that go by `hitCount`, which is made from self time; threads ran at
 * the same time, so that there is no one sequence of samples, and there are none.
 *
 * Hits are differences of rounded running sums in depth-first order: those of every subtree are its time in
 * units of `hitUs` to within one hit, however many small nodes it has.
 */
export function mergeThreads(profiles: readonly ThreadProfile[], options: MergeOptions = {}): CpuProfile {
  const { hitUs = 1000, idle = 'drop' } = options;
  const nodes: ProfileNode[] = [];
  const tops: number[] = [];
  const root = { id: 1, callFrame: metaFrame('(root)'), hitCount: 0, children: tops };
  nodes.push(root);
  for (const profile of profiles) {
    tops.push(nodes.length + 1);
    addThread(nodes, profile, hitUs, idle);
  }
  return {
    nodes,
    startTime: profiles.reduce((least, { startTime }) => Math.min(least, startTime), Infinity),
    endTime: profiles.reduce((most, { endTime }) => Math.max(most, endTime), -Infinity),
  };
}

/** How a thread is called in merged trees. */
export function threadTitle({ threadmill: { thread, label } }: ThreadProfile): string {
  return `thread ${thread} (${label})`;
}

function addThread(nodes: ProfileNode[], profile: ThreadProfile, hitUs: number, idle: 'drop' | 'keep'): void {
  const index = nodeIndex(profile.nodes);
  const self = selfTimes(profile, index);
  const { preorder, parent } = nodeOrder(profile.nodes, index);
  /** By position in the profile: the children of the new node; undefined where dropped. */
  const childrenOf: (number[] | undefined)[] = new Array(profile.nodes.length);
  let elapsed = 0;
  let hits = 0;
  for (const position of preorder) {
    const { callFrame } = profile.nodes[position]!;
    const isRoot = parent[position] === -1;
    if (!isRoot && idle === 'drop' && callFrame.url === '' && callFrame.functionName === '(idle)') continue;
    elapsed += self[position]!;
    const hitCount = Math.round(elapsed / hitUs) - hits;
    hits += hitCount;
    const children: number[] = [];
    childrenOf[position] = children;
    const id = nodes.length + 1;
    if (!isRoot) childrenOf[parent[position]!]?.push(id);
    nodes.push({ id, callFrame: isRoot ? metaFrame(threadTitle(profile)) : callFrame, hitCount, children });
  }
}

function metaFrame(functionName: string): CallFrame {
  return { functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
}
