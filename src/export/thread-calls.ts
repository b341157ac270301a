import { savedOptions } from '../profile/flame-tree.ts';
import { nodeIndex, nodeOrder } from '../profile/node-index.ts';
import { sampleTimes, selfTimes, timeOrder } from '../profile/self-time.ts';
import type { ThreadProfile } from '../types/cpu-profile.ts';
import type { FrameTable } from './frame-table.ts';

/** The call tree of one thread: what remains of a profile when the order in time is left out. */
export interface ThreadTree {
  readonly variant: string;
  readonly thread: number;
  readonly label: string;
  /** Into the table of functions; per node, parents before children, node 0 is the root. */
  readonly frame: Int32Array;
  /** −1 for the root. */
  readonly parent: Int32Array;
  readonly selfUs: Float64Array;
  /** Samples that ended in the node. */
  readonly hits: Uint32Array;
}

/** A thread's profile as every exporter reads it. Σ selfUs is `durationUs`, `(idle)` included. */
export interface ThreadCalls extends ThreadTree {
  /** µs on the clock of process.hrtime(). */
  readonly startUs: number;
  /** The same since the load began, which is one instant for all threads of a variant. */
  readonly offsetUs: number;
  readonly durationUs: number;
  /** When each sample was taken, µs since `startUs`, ascending from 0: the node runs until the next one. */
  readonly sampleUs: Float64Array;
  readonly sampleNode: Int32Array;
}

/**
 * Times follow the policy of `selfTimes`: samples in order of time, the first one credited with what precedes
 * it, the last one lasting until the end. Every format is written from these, so that all of them agree.
 */
export function threadCalls(profile: ThreadProfile, table: FrameTable): ThreadCalls {
  const { variant, thread, label } = profile.threadmill;
  const options = savedOptions([profile]);
  const index = nodeIndex(profile.nodes);
  const order = nodeOrder(profile.nodes, index);
  const self = selfTimes(profile, index);
  const count = order.preorder.length;
  const place = new Int32Array(profile.nodes.length);
  const frame = new Int32Array(count);
  const parent = new Int32Array(count);
  const selfUs = new Float64Array(count);
  order.preorder.forEach((position, node) => {
    place[position] = node;
    const above = order.parent[position]!;
    frame[node] = table.idOf(profile.nodes[position]!.callFrame, options);
    parent[node] = above < 0 ? -1 : place[above]!;
    selfUs[node] = self[position]!;
  });
  const samples = orderedSamples(profile, (id) => place[index(id)]!) ?? oneAfterAnother(selfUs);
  const hits = new Uint32Array(count);
  for (const node of samples.sampleNode) hits[node]!++;
  return {
    ...{ variant, thread, label, frame, parent, selfUs, hits, ...samples },
    startUs: profile.startTime,
    offsetUs: profile.startTime - (profile.threadmill.load?.startUs ?? profile.startTime),
    durationUs: profile.endTime - profile.startTime,
  };
}

type Samples = Pick<ThreadCalls, 'sampleUs' | 'sampleNode'>;

function orderedSamples(profile: ThreadProfile, nodeOf: (id: number) => number): Samples | null {
  const { samples, timeDeltas, startTime } = profile;
  if (samples === undefined || timeDeltas === undefined || samples.length === 0) return null;
  const times = sampleTimes(profile);
  const order = timeOrder(times);
  const sampleUs = new Float64Array(samples.length);
  const sampleNode = new Int32Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const at = order === null ? i : order[i]!;
    sampleUs[i] = times[at]! - startTime;
    sampleNode[i] = nodeOf(samples[at]!);
  }
  sampleUs[0] = 0;
  return { sampleUs, sampleNode };
}

/** For a profile that has hit counts only: the nodes in the order of the tree, each for as long as it took. */
function oneAfterAnother(selfUs: Float64Array): Samples {
  const nodes = Array.from(selfUs.keys()).filter((node) => selfUs[node]! > 0);
  const sampleUs = new Float64Array(nodes.length);
  for (let i = 1; i < nodes.length; i++) sampleUs[i] = sampleUs[i - 1]! + selfUs[nodes[i - 1]!]!;
  return { sampleUs, sampleNode: Int32Array.from(nodes) };
}

/** How a thread is called where all threads are in one tree. */
export function threadTitle({ thread, label }: Pick<ThreadTree, 'thread' | 'label'>): string {
  return `thread ${thread} (${label})`;
}
